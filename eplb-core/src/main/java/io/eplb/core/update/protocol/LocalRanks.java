package io.eplb.core.update.protocol;

import io.eplb.core.serving.StepGate;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The ranks of one process, which share a gate: what an updater of the same process works on, or
 * what stands at the far end of messages from an updater elsewhere.
 */
public final class LocalRanks {
  private LocalRanks() {}

  /**
   * Returns the sides of all ranks that a gate is for, in their order. They are used on one thread.
   *
   * @param weights the memory of at least these ranks
   * @param incarnation how often the process has started, or another number that tells this start
   *     from others
   * @param gate should not be closed or opened by anybody else
   * @param switchLimit how long steps wait for the outcome of a switch before they fail
   * @param events runs tasks later on the thread that the ranks are used on
   */
  public static List<RankAgent> of(
      ExpertWeights weights,
      StepGate gate,
      long incarnation,
      Duration switchLimit,
      Executor events) {
    SharedGate shared = new SharedGate(weights, gate, switchLimit, events);
    List<RankAgent> ranks = new ArrayList<>();
    for (int rank = gate.firstRank(); rank < gate.firstRank() + gate.ranks(); rank++) {
      ranks.add(new LocalRank(weights, rank, incarnation, shared));
    }
    return List.copyOf(ranks);
  }
}
