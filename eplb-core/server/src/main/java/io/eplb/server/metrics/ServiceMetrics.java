package io.eplb.server.metrics;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
public final class ServiceMetrics implements ServiceObserver, AutoCloseable {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<ModelName, ModelMeters> models = new ConcurrentHashMap<>();
  private final Map<String, GroupMeters> groups = new ConcurrentHashMap<>();

  /** Creates the figures, those of the JVM's memory and threads among them. */
  public ServiceMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
  }

  /**
   * Shows what the service is holding.
   *
   * @param waiting the requests that wait for a plan or for the other ranks
   * @param bodyBytes the bytes of request bodies in memory
   */
  public void watch(IntSupplier waiting, LongSupplier bodyBytes) {
    Gauge.builder("eplb.requests.waiting", waiting::getAsInt)
        .description("Requests that wait for a plan or for the other ranks of their round.")
        .register(registry);
    Gauge.builder("eplb.body.bytes", bodyBytes::getAsLong)
        .description("Bytes of request bodies that are held in memory.")
        .register(registry);
  }

  /**
   * Counts an answered request.
   *
   * @param route the path with the group's name replaced, such as {@code /v1/groups/{group}/plan}:
   *     one of the service's own few, never what a client sent
   * @param status the HTTP status
   */
  public void answered(String route, int status) {
    Counter.builder("eplb.requests")
        .description("Answered requests.")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  @Override
  public void planned(PlanRecord plan) {
    models
        .computeIfAbsent(
            new ModelName(plan.group(), plan.model()), name -> new ModelMeters(registry, name))
        .add(plan);
  }

  @Override
  public void roundDecided(RoundRecord round) {
    groups.computeIfAbsent(round.group(), name -> new GroupMeters(registry, name)).add(round);
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
   * Returns all figures in Prometheus' text format.
   *
   * @param heat whether to add the load of every rank in every layer
   */
  public String scrape(boolean heat) {
    String figures = registry.scrape(CONTENT_TYPE);
    if (!heat) {
      return figures;
    }
    StringBuilder text = new StringBuilder(figures);
    HeatText.writeHeader(text);
    models.forEach((name, meters) -> meters.last().ifPresent(plan -> HeatText.write(text, plan)));
    return text.toString();
  }

  /** Lets go of the figures. */
  @Override
  public void close() {
    registry.close();
  }
}
