package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RiskPackingTest {
  @Property(tries = 300)
  void everyExpertIsPlacedAsOftenAsItCountsAndNeverTwiceOnARank(
      @ForAll @IntRange(min = 1, max = 8) int ranks,
      @ForAll @IntRange(min = 1, max = 5) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int size = ranks * slots;
    int experts = slots + random.nextInt(size - slots + 1);
    int[] counts = randomCounts(experts, size, ranks, random);
    LoadWindow window = new LoadWindow(experts, 4);
    for (int number = 0; number < 1 + random.nextInt(4); number++) {
      window.add(random.doubles(experts, 0.0, 2.0).toArray());
    }
    LayerRisk risk = new LayerRisk(experts, 0.674);
    risk.load(window);
    int[] current = new int[size];
    for (int slot = 0; slot < size; slot++) {
      current[slot] = slot % experts;
    }
    HolderLists holders = new HolderLists(experts, size);
    holders.link(current);
    RankSums sums = new RankSums(risk, RankCapacity.nominal(ranks, slots));
    int[] row = new int[size];
    new RiskPacking(risk, holders, sums).pack(counts, random.nextInt(3), row);
    assertCounts(counts, row, slots);
    double peak = sums.meanPeakToAverage();
    new RiskSwaps(risk, sums).descend(counts, row, 20);
    assertCounts(counts, row, slots);
    double risky = highestRisk(sums);
    sums.load(counts, row);
    assertEquals(risky, highestRisk(sums), 1e-9);
    assertTrue(window.observations() > 1 || sums.meanPeakToAverage() <= peak + 1e-9);
  }

  @Property(tries = 500)
  void everyUsableSlotIsFilledWhereRanksDiffer(
      @ForAll @IntRange(min = 1, max = 8) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    EpRanks.Builder builder = EpRanks.builder(EpTopology.of(1, ranks, 1, 1, slots));
    builder.usableSlots(0, 1 + random.nextInt(slots)).speed(0, 0.3 + random.nextDouble());
    for (int rank = 1; rank < ranks; rank++) {
      builder.usableSlots(rank, random.nextInt(slots + 1)).speed(rank, 0.3 + random.nextDouble());
    }
    RankCapacity all = RankCapacity.of(builder.build());
    int experts = 1 + random.nextInt(all.usableSlots);
    RankCapacity capacity = all.atMost(experts);
    LoadWindow window = new LoadWindow(experts, 4);
    for (int number = 0; number < 1 + random.nextInt(4); number++) {
      window.add(random.doubles(experts, 0.0, 2.0).toArray());
    }
    LayerRisk risk = new LayerRisk(experts, 0.674);
    risk.load(window);
    HolderLists holders = new HolderLists(experts, ranks * slots);
    holders.link(capacity.emptyRow());
    int[] counts = randomCounts(experts, capacity.usableSlots, capacity.living, random);
    RankSums sums = new RankSums(risk, capacity);
    int[] row = capacity.emptyRow();
    new RiskPacking(risk, holders, sums).pack(counts, random.nextInt(3), row);
    assertCounts(counts, row, slots);
    for (int slot = 0; slot < row.length; slot++) {
      boolean usable = slot < capacity.end(slot / slots);
      assertEquals(usable, row[slot] != Placement.EMPTY, "slot " + slot);
    }
    double packed = highestRisk(sums);
    sums.load(counts, row);
    assertEquals(highestRisk(sums), packed, 1e-9);
  }

  private static int[] randomCounts(int experts, int size, int most, Random random) {
    int[] counts = new int[experts];
    Arrays.fill(counts, 1);
    for (int spare = size - experts; spare > 0; ) {
      int expert = random.nextInt(experts);
      if (counts[expert] < most) {
        counts[expert]++;
        spare--;
      }
    }
    return counts;
  }

  private static void assertCounts(int[] counts, int[] row, int slots) {
    int[] found = new int[counts.length];
    int[] lastRank = new int[counts.length];
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] == Placement.EMPTY) {
        continue;
      }
      int rank = 1 + slot / slots;
      assertTrue(lastRank[row[slot]] != rank, "an expert is twice on a rank");
      lastRank[row[slot]] = rank;
      found[row[slot]]++;
    }
    assertArrayEquals(counts, found);
  }

  private static double highestRisk(RankSums sums) {
    double highest = 0.0;
    for (int rank = 0; rank < sums.ranks; rank++) {
      highest = Math.max(highest, sums.risk(rank));
    }
    return highest;
  }
}
