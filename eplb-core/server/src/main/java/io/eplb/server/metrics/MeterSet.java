package io.eplb.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;

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

  void remove() {
    synchronized (meters) {
      meters.forEach(registry::remove);
      meters.clear();
    }
  }
}
