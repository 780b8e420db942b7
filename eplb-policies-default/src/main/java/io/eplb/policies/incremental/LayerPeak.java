package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.incremental.ring.RingPeak;
import java.util.Arrays;

/**
 * The load of the hottest rank in a row of a layer, relative to its capacity. Under an even split
 * each replica has an equal part of its expert's load. Under the other dispatches it is the least
 * load possible: a window of many batches is divided in much the same way whether or not a batch
 * can be. Owns its scratch.
 */
final class LayerPeak {
  private final LivingRanks ranks;
  private final boolean splitsEvenly;
  private final RingPeak ringPeak;
  private final LayerDispatch leastPeak;
  private final int[] tableRow;
  private final int[] counts;
  private final double[] shares;

  LayerPeak(LivingRanks ranks, Dispatch dispatch) {
    int experts = ranks.topology().experts();
    this.ranks = ranks;
    this.splitsEvenly = dispatch == Dispatch.EVEN;
    this.ringPeak = new RingPeak(ranks);
    this.leastPeak = LayerDispatch.of(Dispatch.LP, ranks.topology());
    this.tableRow = new int[ranks.topology().physicalExperts()];
    // Slots that no living rank can use stay empty.
    Arrays.fill(tableRow, Placement.EMPTY);
    this.counts = new int[experts];
    this.shares = new double[experts];
  }

  /**
   * Returns the peak of a row.
   *
   * @param row the experts of the usable slots
   * @param loads by expert
   */
  double of(int[] row, double[] loads) {
    if (splitsEvenly) {
      return ranks.peak(row, loads, counts, shares);
    }
    double peak = ringPeak.of(row, loads);
    if (peak != RingPeak.NO_RING) {
      return peak;
    }
    ranks.scatter(row, tableRow);
    double sum = 0.0;
    for (double load : loads) {
      sum += load / ranks.ranks();
    }
    return leastPeak.solve(tableRow, loads, ranks.inTable()).peakToAverage() * sum;
  }
}
