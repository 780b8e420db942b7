package io.eplb.server.metrics;

import io.eplb.core.cluster.Connection;
import io.eplb.core.update.promise.RankGate;
import io.eplb.server.observe.AgentFigures;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a rank's agent. While the rank does not serve, those of its engine are NaN, and
 * what it has counted is 0.
 */
public final class AgentMetrics extends ProcessMetrics {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<AgentFigures> agent;
  private final MeterSet meters;
  private volatile AgentFigures seen;

  /**
   * Creates the figures.
   *
   * @param agent returns the agent at this moment
   */
  public AgentMetrics(Supplier<AgentFigures> agent) {
    this.agent = agent;
    this.seen = agent.get();
    this.meters = new MeterSet(registry(), Tags.of("rank", Integer.toString(seen.rank())));
    meters.gauge(
        "eplb.agent.serving",
        "1 while the rank serves and takes part in updates.",
        () -> seen.serving().isPresent() ? 1 : 0);
    gauge(
        "eplb.agent.incarnation",
        "The number of the engine's start; another number is another start.",
        rank -> rank.incarnation());
    gauge(
        "eplb.agent.version",
        "The version of the table that the rank's next step uses.",
        rank -> rank.gate().version());
    gauge(
        "eplb.agent.next.step",
        "The first step that the rank has not begun.",
        rank -> rank.gate().nextStep());
    meters.state(
        "eplb.agent.gate",
        "1 at the phase of the rank's gate; a broken one begins no step until its engine restarts.",
        "phase",
        RankGate.Phase.class,
        () -> seen.serving().map(rank -> rank.gate().phase()));
    meters.state(
        "eplb.agent.connection",
        "1 at the state of the connection to the group; the rank serves on without one.",
        "state",
        Connection.class,
        () -> Optional.of(seen.connection()));
    String promises =
        "Answers to planners that asked for a promise; refused: the fence had begun already.";
    total("eplb.agent.promises", promises, rank -> rank.side().promisesGiven(), "answer", "given");
    total(
        "eplb.agent.promises",
        promises,
        rank -> rank.side().promisesRefused(),
        "answer",
        "refused");
    total(
        "eplb.agent.fence.waits",
        "Steps that have waited at a fence, since the outcome of the switch was not known.",
        rank -> rank.waits().count());
    total(
        "eplb.agent.fence.wait.seconds",
        "The time that they have waited.",
        rank -> rank.waits().nanos() / NANOS_PER_SECOND);
    total(
        "eplb.agent.experts.received",
        "Experts received from other ranks or the checkpoint, and verified.",
        rank -> rank.side().expertsReceived());
    total(
        "eplb.agent.received.bytes",
        "The bytes of their weights.",
        rank -> (double) rank.side().expertsReceived() * rank.expertBytes());
    total(
        "eplb.agent.receives.failed",
        "Experts that could not be received, or were others.",
        rank -> rank.side().receivesFailed());
    gauge(
        "eplb.agent.buffers.used",
        "Buffers that hold experts of a layer that is not switched, or are written to.",
        rank -> rank.side().buffersInUse());
    gauge("eplb.agent.buffers", "All buffers of the rank.", AgentFigures.Serving::buffers);
  }

  private void gauge(
      String name, String description, ToDoubleFunction<AgentFigures.Serving> value) {
    meters.gauge(
        name, description, () -> seen.serving().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private void total(
      String name,
      String description,
      ToDoubleFunction<AgentFigures.Serving> value,
      String... tags) {
    meters.total(
        name, description, () -> seen.serving().map(value::applyAsDouble).orElse(0.0), tags);
  }

  @Override
  void look() {
    seen = agent.get();
  }
}
