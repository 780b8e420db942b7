package io.eplb.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The meters with the same labels: they come one by one and go together. Thread-safe. */
final class MeterSet {
  private final MeterRegistry registry;
  private final Tags tags;
  private final Set<Meter> meters = new HashSet<>();

  MeterSet(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  Tags tags() {
    return tags;
  }

  <M extends Meter> M add(M meter) {
    synchronized (meters) {
      meters.add(meter);
    }
    return meter;
  }

  Counter counter(String name, String description, String... moreTags) {
    return add(
        Counter.builder(name).description(description).tags(tags.and(moreTags)).register(registry));
  }

  void gauge(String name, String description, DoubleSupplier value, String... moreTags) {
    add(
        Gauge.builder(name, value::getAsDouble)
            .description(description)
            .tags(tags.and(moreTags))
            .register(registry));
  }

  /** Shows a number that only grows, and is counted elsewhere. */
  void total(String name, String description, DoubleSupplier value, String... moreTags) {
    // The meter does not keep its object, but this set.
    add(
        FunctionCounter.builder(name, this, set -> value.getAsDouble())
            .description(description)
            .tags(tags.and(moreTags))
            .register(registry));
  }

  /** Shows which one of some words is true: 1 at that, 0 at the others. */
  <E extends Enum<E>> void state(
      String name, String description, String label, Class<E> words, Supplier<Optional<E>> value) {
    for (E word : words.getEnumConstants()) {
      gauge(
          name,
          description,
          () -> value.get().filter(word::equals).isPresent() ? 1 : 0,
          label,
          Words.of(word));
    }
  }

  void remove() {
    synchronized (meters) {
      meters.forEach(registry::remove);
      meters.clear();
    }
  }
}
