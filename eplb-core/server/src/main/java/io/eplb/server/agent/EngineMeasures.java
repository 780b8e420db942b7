package io.eplb.server.agent;

import io.eplb.api.LoadPhase;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.runtime.MeasuredLoad;
import io.eplb.core.runtime.RankLoads;
import io.eplb.core.runtime.RankMeasures;
import io.eplb.core.runtime.RankSteps;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The steps and tokens of one start of an engine, read from the files that it shares. */
final class EngineMeasures implements RankMeasures {
  private final AgentGate gate;
  private final TokenCounts counts;
  private final int layers;
  private final int experts;

  EngineMeasures(AgentGate gate, TokenCounts counts, int layers, int experts) {
    this.gate = gate;
    this.counts = counts;
    this.layers = layers;
    this.experts = experts;
  }

  /** {@inheritDoc} Earlier starts' steps are among them: the planner takes differences. */
  @Override
  public CompletionStage<RankSteps> steps() {
    return CompletableFuture.completedFuture(
        new RankSteps(
            gate.incarnation(),
            List.of(new RankSteps.PhaseSteps(LoadPhase.ALL, gate.endedBelow()))));
  }

  @Override
  public CompletionStage<RankLoads> loads() {
    double[] tokens =
        Arrays.stream(
                counts
                    .totals(gate.incarnation())
                    .orElseThrow(
                        () -> new IllegalStateException("the engine is starting; ask again")))
            .asDoubleStream()
            .toArray();
    return CompletableFuture.completedFuture(
        new RankLoads(
            gate.incarnation(),
            List.of(
                new MeasuredLoad(LoadPhase.ALL, LoadRecording.of(1, layers, experts, tokens)))));
  }
}
