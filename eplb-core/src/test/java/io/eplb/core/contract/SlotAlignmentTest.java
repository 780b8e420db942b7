package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlotAlignmentTest {
  @Test
  void anExpertThatStaysGoesBackToItsSlotAndANewcomerTakesTheFreeSlot() {
    assertArrayEquals(new int[] {4, 7, 2}, aligned(new int[] {4, 7, 9}, new int[] {7, 2, 4}));
  }

  @Test
  void aNewcomerKeepsItsSlotIfThatIsFree() {
    assertArrayEquals(new int[] {0, 5, 2}, aligned(new int[] {0, 1, 2}, new int[] {2, 5, 0}));
  }

  @Test
  void displacedNewcomersTakeTheLowestFreeSlotsInTheirOrder() {
    assertArrayEquals(new int[] {6, 5, 3}, aligned(new int[] {0, 1, 3}, new int[] {3, 5, 6}));
    assertArrayEquals(new int[] {5, 6, 3}, aligned(new int[] {0, 1, 3}, new int[] {5, 3, 6}));
  }

  @Property(tries = 500)
  void eachRankHoldsTheProposedExpertsAndAsManyAsPossibleStayInTheirSlots(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int slots) {
    Random random = new Random(seed);
    int experts = 1 + random.nextInt(ranks * slots);
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    EpRanks.Builder builder = EpRanks.builder(topology);
    for (int rank = 0; rank < ranks; rank++) {
      builder.usableSlots(rank, random.nextBoolean() ? slots : random.nextInt(slots + 1));
    }
    EpRanks known = builder.build();
    LayerScratch memory = new LayerScratch(topology, known, MigrationBudget.UNLIMITED);
    // Twice: the second layer must not depend on the first.
    for (int layer = 0; layer < 2; layer++) {
      IntUnaryOperator expertAt =
          slot ->
              known.usable(slot / slots, slot % slots) ? random.nextInt(experts) : Placement.EMPTY;
      Arrays.setAll(memory.current, expertAt);
      Arrays.setAll(memory.proposed, expertAt);
      SlotAlignment.alignLayer(memory);
      for (int from = 0; from < memory.aligned.length; from += slots) {
        int[] before = Arrays.copyOfRange(memory.current, from, from + slots);
        int[] proposed = Arrays.copyOfRange(memory.proposed, from, from + slots);
        int[] after = Arrays.copyOfRange(memory.aligned, from, from + slots);
        assertArrayEquals(
            Arrays.stream(proposed).sorted().toArray(), Arrays.stream(after).sorted().toArray());
        long canStay =
            IntStream.range(-1, experts)
                .mapToLong(expert -> Math.min(count(before, expert), count(proposed, expert)))
                .sum();
        long stays = IntStream.range(0, slots).filter(slot -> before[slot] == after[slot]).count();
        assertEquals(canStay, stays);
      }
      assertArrayEquals(
          Arrays.stream(memory.origin).map(slot -> memory.proposed[slot]).toArray(),
          memory.aligned);
      assertArrayEquals(
          IntStream.range(0, ranks * slots).toArray(),
          Arrays.stream(memory.origin).sorted().toArray());
      int[] once = memory.aligned.clone();
      System.arraycopy(once, 0, memory.proposed, 0, once.length);
      SlotAlignment.alignLayer(memory);
      assertArrayEquals(once, memory.aligned, "an aligned row comes out unchanged");
    }
  }

  private static long count(int[] row, int expert) {
    return Arrays.stream(row).filter(held -> held == expert).count();
  }

  /** Aligns one rank of three slots. */
  private static int[] aligned(int[] current, int[] proposed) {
    EpTopology topology = EpTopology.of(10, 4, 1, 1, 3);
    LayerScratch memory =
        new LayerScratch(topology, EpRanks.nominal(topology), MigrationBudget.UNLIMITED);
    Arrays.fill(memory.current, 0);
    Arrays.fill(memory.proposed, 0);
    System.arraycopy(current, 0, memory.current, 0, current.length);
    System.arraycopy(proposed, 0, memory.proposed, 0, proposed.length);
    SlotAlignment.alignLayer(memory);
    return Arrays.copyOf(memory.aligned, current.length);
  }
}
