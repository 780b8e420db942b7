package io.eplb.api.kit.selftest;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** One layer of a cluster as the fakes look at it, slowly and plainly. */
final class LayerSketch {
  final int[] row;
  final double[] loads;
  final int slotsPerRank;
  final int layer;

  private final EpRanks ranks;

  LayerSketch(ExpertTable table, ExpertWorkload workload, int layer, EpRanks ranks) {
    this.ranks = ranks;
    this.row = new int[table.physicalExperts()];
    this.loads = new double[table.experts()];
    this.slotsPerRank = table.slotsPerRank();
    this.layer = layer;
    table.copyLayer(layer, row, 0);
    workload.expertLoads(table, layer, loads, 0);
  }

  int replicas(int expert) {
    int replicas = 0;
    for (int held : row) {
      replicas += held == expert ? 1 : 0;
    }
    return replicas;
  }

  /** The slots of the rank that a slot is on. */
  private IntStream rankOf(int slot) {
    int from = slot / slotsPerRank * slotsPerRank;
    return IntStream.range(from, from + slotsPerRank);
  }

  boolean holds(int slotOfRank, int expert) {
    return rankOf(slotOfRank).anyMatch(slot -> row[slot] == expert);
  }

  /** Returns whether no rank holds an expert twice. */
  boolean isLegal() {
    return IntStream.range(0, row.length)
        .filter(slot -> row[slot] != Placement.EMPTY)
        .allMatch(slot -> rankOf(slot).filter(other -> row[other] == row[slot]).count() == 1);
  }

  /** The load ÷ speed of the hottest rank; ids that no expert has count for nothing. */
  double peak() {
    int[] counts = new int[loads.length + 1];
    for (int expert : row) {
      counts[known(expert) ? expert : loads.length]++;
    }
    double peak = 0.0;
    for (int from = 0; from < row.length; from += slotsPerRank) {
      double load = 0.0;
      for (int slot = from; slot < from + slotsPerRank; slot++) {
        load += known(row[slot]) ? loads[row[slot]] / counts[row[slot]] : 0.0;
      }
      peak = Math.max(peak, load / ranks.speed(from / slotsPerRank));
    }
    return peak;
  }

  private boolean known(int expert) {
    return expert >= 0 && expert < loads.length;
  }

  double meanLoad() {
    return DoubleStream.of(loads).sum() / loads.length;
  }

  int hottest() {
    int hottest = 0;
    for (int expert = 1; expert < loads.length; expert++) {
      if (loads[expert] / replicas(expert) > loads[hottest] / replicas(hottest)) {
        hottest = expert;
      }
    }
    return hottest;
  }

  /** The first or last slot whose expert has another replica, on a rank without this one; or −1. */
  int redundantSlotFor(int expert, boolean first) {
    return IntStream.range(0, row.length)
        .map(index -> first ? index : row.length - 1 - index)
        .filter(
            slot -> row[slot] != Placement.EMPTY && replicas(row[slot]) > 1 && !holds(slot, expert))
        .findFirst()
        .orElse(-1);
  }
}
