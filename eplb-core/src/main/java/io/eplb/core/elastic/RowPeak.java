package io.eplb.core.elastic;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.dispatch.LayerDispatch;

/** The peak of a {@link LayerRow} under the engine's dispatch. */
final class RowPeak {
  private final LayerRow row;
  private final EpRanks ranks;
  private final LayerDispatch solver;
  private final int[] slots;
  private final double[] loads;

  RowPeak(Dispatch dispatch, LayerRow row, EpRanks ranks) {
    this.row = row;
    this.ranks = ranks;
    this.solver = LayerDispatch.of(dispatch, row.ranks(), row.slots(), row.experts());
    this.slots = new int[row.physicalSlots()];
    this.loads = new double[row.experts()];
  }

  /**
   * Returns whether every replica gets an equal part, so that {@link LayerRow#peak} is the peak.
   */
  boolean equalParts() {
    return solver.dispatch() == Dispatch.EVEN;
  }

  /** Returns the greatest load ÷ speed of a rank, in units of the mean load of an expert. */
  double measure() {
    if (equalParts()) {
      return row.peak();
    }
    row.copyTo(slots, 0);
    for (int expert = 0; expert < loads.length; expert++) {
      loads[expert] = row.load(expert);
    }
    return solver.solve(slots, loads, ranks).peak();
  }

  /** Returns whether a rank decided the peak that was measured last. */
  boolean tight(int rank) {
    return solver.tight(rank);
  }

  /** Returns whether all places of an expert are on ranks that decided the peak. */
  boolean confined(int expert) {
    return solver.confined(expert);
  }

  /** Returns the load that these ranks have beyond their part of the mean. */
  double excess() {
    double speed = 0.0;
    for (int rank = 0; rank < row.ranks(); rank++) {
      speed += tight(rank) ? ranks.speed(rank) : 0.0;
    }
    return (solver.peak() - solver.mean()) * speed;
  }
}
