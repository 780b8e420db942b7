package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExpertWorkloadTest {
  private static final ExpertTable TABLE =
      ExpertTable.of(5, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 2, 1, 0, 2}));

  @Test
  void readsTokensByWindowLayerRankAndSlot() {
    ExpertWorkload workload =
        ExpertWorkload.of(5, 2, 1, 2, 2, new double[] {1, 2, 3, 4, 5, 6, 7, 8});

    assertEquals(7, workload.tokens(1, 0, 1, 0));
    double[] row = new double[5];
    workload.copyLayer(1, 0, row, 1);
    assertArrayEquals(new double[] {0, 5, 6, 7, 8}, row);
    assertEquals(4, workload.physicalExperts());
    assertEquals(5, workload.measuredUnder());
  }

  @Test
  void sumsTheReplicasOfAnExpertOverWindows() {
    ExpertWorkload workload =
        ExpertWorkload.of(
            5, 2, 2, 2, 2, new double[] {1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60, 70, 80});
    double[] loads = {9, 9, 9, 9};

    workload.expertLoads(TABLE, 1, loads, 1);
    assertArrayEquals(new double[] {9, 7 + 70, 6 + 60, 5 + 8 + 50 + 80}, loads);
    workload.expertLoads(TABLE, 0, 1, 2, loads, 1);
    assertArrayEquals(new double[] {9, 10 + 40, 20, 30}, loads);
    workload.expertLoads(TABLE, 0, 1, 1, loads, 0);
    assertArrayEquals(new double[] {0, 0, 0, 30}, loads);
  }

  @Test
  void doesNotShareTheArrayItWasMadeFrom() {
    double[] tokens = {1, 2};
    ExpertWorkload workload = ExpertWorkload.of(0, 1, 1, 1, 2, tokens);
    tokens[0] = 9;

    assertEquals(1, workload.tokens(0, 0, 0, 0));
  }

  @Test
  void equalsByVersionShapeAndTokens() {
    ExpertWorkload workload = ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {1, 2});

    assertEquals(workload, ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {1, 2}));
    assertEquals(
        workload.hashCode(), ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {1, 2}).hashCode());
    assertNotEquals(workload, ExpertWorkload.of(1, 1, 1, 1, 2, new double[] {1, 2}));
    assertNotEquals(workload, ExpertWorkload.of(0, 1, 1, 2, 1, new double[] {1, 2}));
    assertNotEquals(workload, ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {1, 3}));
  }

  @Test
  void takesNegativeZeroAsZero() {
    ExpertWorkload workload = ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {-0.0, 0.0});

    assertEquals(0L, Double.doubleToRawLongBits(workload.tokens(0, 0, 0, 0)));
    assertEquals(workload, ExpertWorkload.of(0, 1, 1, 1, 2, new double[2]));
  }

  @Test
  void namesTheCellOfALoadThatIsNoNumberOfTokens() {
    for (double load : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY, -Double.MIN_VALUE}) {
      double[] tokens = new double[8];
      tokens[7] = load;
      Refusal.says(
          () -> ExpertWorkload.of(0, 2, 1, 2, 2, tokens),
          "I2",
          "window 1, layer 0, rank 1, slot 1",
          String.valueOf(load),
          "finite and at least 0");
      double[] loads = new double[6];
      loads[5] = load;
      Refusal.says(
          () -> ExpertWorkload.ofExpertLoads(TABLE, loads), "I2", "layer 1, expert 2", "" + load);
    }
  }

  @Test
  void refusesLayersWhoseLoadsCouldOverflow() {
    double most = ExpertWorkload.MAX_LAYER_TOTAL;

    assertEquals(most, ExpertWorkload.of(0, 1, 1, 1, 1, new double[] {most}).tokens(0, 0, 0, 0));
    Refusal.says(
        () -> ExpertWorkload.of(0, 2, 1, 1, 1, new double[] {most, most}),
        "I2",
        "layer 0",
        "scale them down");
    Refusal.says(
        () -> ExpertWorkload.of(0, 1, 1, 1, 1, new double[] {Double.MAX_VALUE}), "I2", "layer 0");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    Refusal.says(() -> ExpertWorkload.of(0, 1, 2, 3, 4, new double[23]), "I1", "has 23", "need 24");
    Refusal.says(() -> ExpertWorkload.of(-1, 1, 1, 1, 1, new double[1]), "-1");
    Refusal.says(() -> ExpertWorkload.of(0, 0, 1, 1, 1, new double[0]), "windows is 0");
    Refusal.says(
        () -> ExpertWorkload.of(0, 1 << 20, 65_536, 65_536, 65_536, new double[0]), "elements");
    Refusal.says(() -> ExpertWorkload.of(0, 1, 1, 1, 1, Refusal.nothing()), "tokens is null");
    Refusal.says(
        () -> ExpertWorkload.ofExpertLoads(TABLE, new double[5]), "I1", "have 5", "need 6");
    Refusal.says(() -> ExpertWorkload.ofExpertLoads(TABLE, 0, new double[0]), "windows is 0");
    Refusal.says(() -> ExpertWorkload.ofExpertLoads(Refusal.nothing(), new double[5]), "null");
    Refusal.says(() -> ExpertWorkload.ofExpertLoads(TABLE, Refusal.nothing()), "null");
  }

  @Test
  void refusesPlacesTablesAndArraysThatDoNotFit() {
    ExpertWorkload workload = ExpertWorkload.of(5, 1, 2, 2, 2, new double[8]);
    ExpertTable smaller = ExpertTable.of(5, 1, Placement.of(2, 1, 4, new int[8]));

    Refusal.says(() -> workload.tokens(1, 0, 0, 0), "window 1 does not exist");
    Refusal.says(() -> workload.tokens(0, 2, 0, 0), "layer 2 does not exist");
    Refusal.says(() -> workload.tokens(0, 0, 2, 0), "rank 2 does not exist");
    Refusal.says(() -> workload.tokens(0, 0, 0, 2), "slot 2 does not exist");
    Refusal.says(() -> workload.copyLayer(0, 0, new double[3], 0), "4 elements", "has 3");
    Refusal.says(() -> workload.copyLayer(0, 0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> workload.expertLoads(TABLE, 0, new double[3], 1), "3 elements");
    Refusal.says(() -> workload.expertLoads(TABLE, 0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> workload.expertLoads(TABLE, 2, new double[3], 0), "layer 2");
    Refusal.says(() -> workload.expertLoads(TABLE, 0, 0, 2, new double[3], 0), "window after");
    Refusal.says(() -> workload.expertLoads(TABLE, 0, -1, 0, new double[3], 0), "first window");
    Refusal.says(
        () -> workload.expertLoads(smaller, 0, new double[3], 0),
        "I1",
        "2 layers × 2 ranks × 2 slots",
        "2 × 1 × 4");
    Refusal.says(() -> workload.requireShapeOf(Refusal.nothing()), "table is null");
  }

  @Provide
  Arbitrary<Double> loads() {
    return Arbitraries.oneOf(
        Arbitraries.longs()
            .between(0, Double.doubleToRawLongBits(ExpertWorkload.MAX_LAYER_TOTAL))
            .map(Double::longBitsToDouble),
        Arbitraries.longs().between(0, 40).map(steps -> steps * Double.MIN_VALUE),
        Arbitraries.longs().between(0, 40).map(steps -> Double.MIN_NORMAL - steps * 0x1p-1074),
        Arbitraries.longs().between(0, 40).map(steps -> 0x1p53 - steps),
        Arbitraries.of(ExpertWorkload.MAX_LAYER_TOTAL, Math.nextDown(0x1p1022), 0.0, 0.1));
  }

  @Property(tries = 1500)
  void splittingALoadIsExactBitForBit(
      @ForAll("loads") double load, @ForAll @IntRange(min = 1, max = 300) int replicas) {
    ExpertTable table = ExpertTable.initial(1, EpTopology.of(1, replicas, 1, 1, 1));
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {load});

    double[] sum = new double[1];
    workload.expertLoads(table, 0, sum, 0);
    assertEquals(Double.doubleToRawLongBits(load), Double.doubleToRawLongBits(sum[0]));
    for (int rank = 0; rank < replicas; rank++) {
      assertTrue(workload.tokens(0, 0, rank, 0) >= 0.0);
    }
  }

  @Property(tries = 100)
  void splittingLeavesEveryExpertItsOwnLoad(
      @ForAll @IntRange(min = 1, max = 8) int experts,
      @ForAll @IntRange(min = 1, max = 3) int windows,
      @ForAll long seed) {
    Random random = new Random(seed);
    int slots = 2 * experts + 3;
    int[] row = RandomRows.withEveryExpert(experts, slots, random);
    ExpertTable table = ExpertTable.of(7, experts, Placement.of(1, slots, 1, row));
    double[] loads = random.doubles((long) windows * experts).toArray();
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, windows, loads);

    assertEquals(7, workload.measuredUnder());
    double[] sums = new double[experts];
    for (int window = 0; window < windows; window++) {
      workload.expertLoads(table, 0, window, window + 1, sums, 0);
      for (int expert = 0; expert < experts; expert++) {
        assertEquals(loads[window * experts + expert], sums[expert]);
      }
    }
  }
}
