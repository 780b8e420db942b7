package io.eplb.api.dispatch;

import java.util.Arrays;

/**
 * The largest tight set of a solved flow: the ranks from which no weight can go to a rank that is
 * below the peak. All weight that flows to them is confined to them, and each of them is at the
 * peak, so that their confined load ÷ speed is the peak.
 */
final class TightRanks {
  /** Room and flows below this part of a rank's limit are rounding. */
  private static final double ROUNDING = 1e-10;

  private final Flow flow;
  private final Layer layer;
  private final boolean[] relieved;
  private final boolean[] seen;
  private final int[] queue;
  private int queued;

  TightRanks(Flow flow) {
    this.flow = flow;
    layer = flow.layer;
    relieved = new boolean[layer.ranks];
    seen = new boolean[layer.experts];
    queue = new int[layer.ranks];
  }

  /** Marks the tight ranks of the layer. */
  void mark() {
    Arrays.fill(relieved, false);
    Arrays.fill(seen, false);
    queued = 0;
    for (int rank = 0; rank < layer.ranks; rank++) {
      if (layer.living(rank)
          && layer.rankLoads[rank] / layer.speeds[rank] < layer.peak * (1 - ROUNDING)) {
        relieve(rank);
      }
    }
    for (int index = 0; index < queued; index++) {
      relieveThrough(queue[index]);
    }
    for (int rank = 0; rank < layer.ranks; rank++) {
      layer.tight[rank] = layer.peak > 0.0 && layer.living(rank) && !relieved[rank];
    }
  }

  /** Relieves the ranks whose experts have another place on a rank. */
  private void relieveThrough(int rank) {
    int end = (rank + 1) * layer.slotsPerRank;
    for (int slot = rank * layer.slotsPerRank; slot < end; slot++) {
      int expert = layer.row[slot];
      if (expert >= 0 && !seen[expert]) {
        seen[expert] = true;
        for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
          int place = layer.places[at];
          int other = layer.rankOf[place];
          if (!relieved[other] && flow.flow[place] > ROUNDING * flow.peak * layer.speeds[other]) {
            relieve(other);
          }
        }
      }
    }
  }

  private void relieve(int rank) {
    relieved[rank] = true;
    queue[queued++] = rank;
  }
}
