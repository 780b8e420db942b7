package io.eplb.api.kit.selftest;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.stream.IntStream;

/** One layer of a cluster as the fakes look at it, slowly and plainly. */
final class LayerSketch {
  final int[] row;
  final double[] loads;
  final int slotsPerRank;

  LayerSketch(ExpertTable table, ExpertWorkload workload, int layer) {
    this.row = new int[table.physicalExperts()];
    this.loads = new double[table.experts()];
    this.slotsPerRank = table.slotsPerRank();
    table.copyLayer(layer, row, 0);
    workload.expertLoads(table, layer, loads, 0);
  }

  long replicas(int expert) {
    return IntStream.of(row).filter(held -> held == expert).count();
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
        .allMatch(slot -> rankOf(slot).filter(other -> row[other] == row[slot]).count() == 1);
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

  /**
   * The first slot whose expert has another replica and whose rank does not hold this one; or −1.
   */
  int redundantSlotFor(int expert) {
    return IntStream.range(0, row.length)
        .filter(slot -> replicas(row[slot]) > 1 && !holds(slot, expert))
        .findFirst()
        .orElse(-1);
  }
}
