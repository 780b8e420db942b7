package io.eplb.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The figures of a process, scraped by Prometheus: those of its JVM, the requests that it has
 * answered, and those of its own work. Thread-safe.
 */
public abstract sealed class ProcessMetrics implements AutoCloseable
    permits ServiceMetrics, AgentMetrics, PlannerMetrics {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  ProcessMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
  }

  /** Returns the registry of the figures. */
  MeterRegistry registry() {
    return registry;
  }

  /**
   * Counts an answered request.
   *
   * @param route the path with the group's name replaced, such as {@code /v1/groups/{group}/plan}:
   *     one of the process's own few, never what a client sent
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

  /** Looks at the process, so that all figures of a scrape are of one moment. */
  abstract void look();

  /** Returns all figures in Prometheus' text format. */
  public String scrape() {
    look();
    return registry.scrape(CONTENT_TYPE);
  }

  /** Lets go of the figures. */
  @Override
  public void close() {
    registry.close();
  }
}
