package io.eplb.core.update.protocol;

import io.eplb.core.serving.StepGate;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The ranks of one process, with one shared gate: called by an updater of the same process, or by
 * messages from an updater elsewhere.
 */
public final class LocalRanks {
  private LocalRanks() {}

  /**
   * Returns all ranks of a gate, in their order. They are used on one thread.
   *
   * @param weights the memory of at least these ranks
   * @param gate the gate; nothing else should close or open it
   * @param incarnation a number of this start of the process, different from earlier ones
   * @param switchLimit the longest time that steps wait for the outcome of a switch before they
   *     fail
   * @param patience the longest time that steps wait for a table without an absent rank before they
   *     fail
   * @param events runs tasks later on the thread of the ranks
   */
  public static List<RankAgent> of(
      ExpertWeights weights,
      StepGate gate,
      long incarnation,
      Duration switchLimit,
      Duration patience,
      Executor events) {
    SharedGate shared = new SharedGate(weights, gate, switchLimit, patience, events);
    List<RankAgent> ranks = new ArrayList<>();
    for (int rank = gate.firstRank(); rank < gate.firstRank() + gate.ranks(); rank++) {
      ranks.add(new LocalRank(weights, rank, incarnation, shared));
    }
    return List.copyOf(ranks);
  }
}
