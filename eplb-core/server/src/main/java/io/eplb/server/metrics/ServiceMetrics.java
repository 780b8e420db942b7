package io.eplb.server.metrics;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.micrometer.core.instrument.Gauge;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The service's figures, scraped by Prometheus. A model has about thirty series and a group five;
 * the loads of single ranks, which can be tens of thousands, are written only on request. How many
 * groups and models there are is bounded by {@link io.eplb.server.observe.RecentGroups}, in front
 * of this observer. Thread-safe.
 */
public final class ServiceMetrics extends ProcessMetrics implements ServiceObserver {
  private final Map<ModelName, ModelMeters> models = new ConcurrentHashMap<>();
  private final Map<String, GroupMeters> groups = new ConcurrentHashMap<>();

  /** Creates the figures. */
  public ServiceMetrics() {}

  /**
   * Shows what the service is holding.
   *
   * @param waiting the requests that wait for a plan or for the other ranks
   * @param bodyBytes the bytes of request bodies in memory
   */
  public void watch(IntSupplier waiting, LongSupplier bodyBytes) {
    Gauge.builder("eplb.requests.waiting", waiting::getAsInt)
        .description("Requests that wait for a plan or for the other ranks of their round.")
        .register(registry());
    Gauge.builder("eplb.body.bytes", bodyBytes::getAsLong)
        .description("Bytes of request bodies that are held in memory.")
        .register(registry());
  }

  @Override
  public void planned(PlanRecord plan) {
    models
        .computeIfAbsent(
            new ModelName(plan.group(), plan.model()), name -> new ModelMeters(registry(), name))
        .add(plan);
  }

  @Override
  public void roundDecided(RoundRecord round) {
    groups.computeIfAbsent(round.group(), name -> new GroupMeters(registry(), name)).add(round);
  }

  @Override
  public void modelForgotten(String group, String model) {
    forget(new ModelName(group, model));
  }

  @Override
  public void groupForgotten(String group) {
    models.keySet().stream().filter(name -> name.group().equals(group)).forEach(this::forget);
    GroupMeters meters = groups.remove(group);
    if (meters != null) {
      meters.remove();
    }
  }

  private void forget(ModelName name) {
    ModelMeters meters = models.remove(name);
    if (meters != null) {
      meters.remove();
    }
  }

  /**
   * Returns all figures, as the other method.
   *
   * @param heat whether to add the load of every rank in every layer
   */
  public String scrape(boolean heat) {
    String figures = scrape();
    if (!heat) {
      return figures;
    }
    StringBuilder text = new StringBuilder(figures);
    HeatText.writeHeader(text);
    models.forEach((name, meters) -> meters.last().ifPresent(plan -> HeatText.write(text, plan)));
    return text.toString();
  }

  @Override
  void look() {} // It is told of everything.
}
