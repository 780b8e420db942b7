package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Deadline;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlashlbPolicyTest {
  private static final EpTopology LARGE = EpTopology.of(256, 32, 1, 1, 9);
  private static final EpTopology SMALL = EpTopology.of(8, 4, 1, 1, 3);
  private static final double[] SKEWED = {80, 40, 20, 10, 5, 3, 2, 1};

  private static double[] skewed(int experts, Random random) {
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = Math.rint(1000 * Math.exp(0.8 * random.nextGaussian()));
    }
    return loads;
  }

  private static double[] noisy(double[] loads, Random random) {
    double[] noisy = loads.clone();
    for (int expert = 0; expert < noisy.length; expert++) {
      noisy[expert] *= Math.exp(0.2 * random.nextGaussian());
    }
    return noisy;
  }

  @Test
  void oneWindowIsPlacedNearlyEvenly() {
    double[] loads = skewed(256, new Random(1));
    Step step = Step.ask(new FlashlbPolicy(), LARGE, ExpertTable.initial(1, LARGE), loads);
    assertTrue(step.answer().changed());
    assertTrue(step.peakToAverage(0, loads) <= 1.004, () -> "" + step.peakToAverage(0, loads));
  }

  @Test
  void fluctuatingTrafficMovesFewerExpertsThanAPlacementFromScratch() {
    Random random = new Random(2);
    double[] steady = skewed(256, random);
    FlashlbPolicy policy = new FlashlbPolicy();
    ExpertTable table = ExpertTable.initial(1, LARGE);
    for (int window = 0; window < 6; window++) {
      Step step = Step.askWindow(policy, LARGE, table, window, noisy(steady, random));
      int most = window == 0 ? 180 : 120;
      assertTrue(step.moved(0) <= most, "window " + window + " moves " + step.moved(0));
      table = step.next();
    }
    double[] next = noisy(steady, random);
    Step last = Step.ask(new FlashlbPolicy(), LARGE, ExpertTable.initial(1, LARGE), next);
    double initial = LayerBalance.of(last.table(), 0, next).peakToAverage();
    double planned = LayerBalance.of(table, 0, next).peakToAverage();
    assertTrue(planned < 1.0 + (initial - 1.0) / 2, planned + " after " + initial);
  }

  @Test
  void expertsThatAreBusyTogetherAreKeptApart() {
    // Experts 0 and 1 are busy in the same windows, 2 and 3 in the others; all means are equal.
    EpTopology pairs = EpTopology.of(4, 2, 1, 1, 2);
    double[] windows = {9, 9, 1, 1, 1, 1, 9, 9, 9, 9, 1, 1, 1, 1, 9, 9};
    Step step =
        Step.ask(new FlashlbPolicy(), pairs, ExpertTable.initial(1, pairs), 4, windows, Map.of());
    assertEquals(1.0, step.peakToAverage(0, 9, 9, 1, 1), 1e-12);
    assertEquals(1.0, step.peakToAverage(0, 1, 1, 9, 9), 1e-12);
  }

  @Test
  void anotherShapeClearsTheMemory() {
    EpTopology wider = EpTopology.of(10, 5, 1, 1, 3);
    double[] loads = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89};
    FlashlbPolicy used = new FlashlbPolicy();
    Step small = Step.ask(used, SMALL, ExpertTable.initial(2, SMALL), new double[16]);
    assertFalse(small.answer().changed());
    ExpertTable table = ExpertTable.initial(1, wider);
    Step wide = Step.ask(used, wider, table, loads);
    assertEquals(Step.ask(new FlashlbPolicy(), wider, table, loads).answer(), wide.answer());
    Step back = Step.ask(used, SMALL, ExpertTable.initial(1, SMALL), SKEWED);
    assertEquals(
        Step.ask(new FlashlbPolicy(), SMALL, ExpertTable.initial(1, SMALL), SKEWED).answer(),
        back.answer());
  }

  @Test
  void idleLayersKeepTheirRowsAndAreNotRemembered() {
    ExpertTable table = ExpertTable.initial(2, SMALL);
    double[] oneIdle = Arrays.copyOf(SKEWED, 16);
    FlashlbPolicy policy = new FlashlbPolicy();
    Step step = Step.ask(policy, SMALL, table, oneIdle);
    assertArrayEquals(new int[] {0}, step.answer().layerPriority());
    assertTrue(table.sameLayer(1, step.answer().newPlacement()));
    double[] turned = new double[16];
    System.arraycopy(SKEWED, 0, turned, 8, 8);
    Step next = Step.ask(policy, SMALL, table, turned);
    assertArrayEquals(new int[] {1}, next.answer().layerPriority());
    assertArrayEquals(step.row(0), next.row(1));
  }

  @Test
  void layersThatAreGoodEnoughAreLeftAloneAndNotReturned() {
    ExpertTable table = ExpertTable.initial(2, SMALL);
    double[] loads = new double[16];
    Arrays.fill(loads, 0, 8, 10.0);
    System.arraycopy(SKEWED, 0, loads, 8, 8);
    Step first = Step.ask(new FlashlbPolicy(), SMALL, table, loads);
    Step again = Step.ask(new FlashlbPolicy(), SMALL, first.next(), loads);
    assertFalse(again.answer().changed());
    assertEquals(0, again.answer().layerPriority().length);
    assertEquals(first.next().placement(), again.answer().newPlacement());
  }

  @Test
  void aPlanBeyondTheBudgetLeavesTheLayer() {
    ExpertTable table = ExpertTable.initial(1, SMALL);
    Deadline unlimited = Deadline.unlimited();
    int moved = Step.ask(new FlashlbPolicy(), SMALL, table, SKEWED).moved(0);
    Step exact =
        Step.ask(
            new FlashlbPolicy(), SMALL, table, MigrationBudget.of(moved, 0), unlimited, SKEWED);
    assertTrue(exact.answer().changed());
    Step tight =
        Step.ask(
            new FlashlbPolicy(), SMALL, table, MigrationBudget.of(moved - 1, 0), unlimited, SKEWED);
    assertFalse(tight.answer().changed());
    assertEquals(table.placement(), tight.answer().newPlacement());
  }

  @Test
  void afterTheDeadlineNoLayerChanges() {
    ExpertTable table = ExpertTable.initial(1, SMALL);
    Deadline passed = Deadline.in(Duration.ZERO, () -> 0L);
    Step step =
        Step.ask(new FlashlbPolicy(), SMALL, table, MigrationBudget.UNLIMITED, passed, SKEWED);
    assertFalse(step.answer().changed());
  }

  @Test
  void theUnitOfTheLoadDoesNotMatter() {
    ExpertTable table = ExpertTable.initial(1, SMALL);
    double[] base = {64, 32, 16, 8, 4, 2, 1, 1};
    int[] expected = Step.ask(new FlashlbPolicy(), SMALL, table, base).row(0);
    for (int exponent : new int[] {-1074, -1000, -60, 47, 53, 900, 990}) {
      double[] scaled = new double[8];
      for (int expert = 0; expert < 8; expert++) {
        scaled[expert] = Math.scalb(base[expert], exponent);
      }
      Step step = Step.ask(new FlashlbPolicy(), SMALL, table, scaled);
      assertArrayEquals(expected, step.row(0), "2^" + exponent);
    }
  }

  @Test
  void oneExpertWithAllTheLoadGetsAReplicaOnEveryRank() {
    EpTopology roomy = EpTopology.of(6, 3, 1, 1, 3);
    double[] loads = {0, 0, 0, 0, 100, 0};
    Step step = Step.ask(new FlashlbPolicy(), roomy, ExpertTable.initial(1, roomy), loads);
    assertEquals(1.0, step.peakToAverage(0, loads), 1e-12);
  }

  @Test
  void whereEveryRankHasRoomForAllExpertsAllRanksHoldTheSame() {
    EpTopology roomy = EpTopology.of(2, 3, 1, 1, 3);
    Step step = Step.ask(new FlashlbPolicy(), roomy, ExpertTable.initial(1, roomy), 5, 1);
    assertArrayEquals(new int[] {0, 1, 0, 0, 1, 0, 0, 1, 0}, step.row(0));
  }

  @Test
  void oneRankHasNothingToBalance() {
    EpTopology single = EpTopology.of(4, 1, 1, 1, 4);
    Step step = Step.ask(new FlashlbPolicy(), single, ExpertTable.initial(1, single), 4, 3, 2, 1);
    assertFalse(step.answer().changed());
  }

  @Test
  void equalLoadsAreBalanced() {
    double[] equal = new double[256];
    Arrays.fill(equal, 7);
    EpTopology plain = EpTopology.of(256, 32, 1, 1, 8);
    Step step = Step.ask(new FlashlbPolicy(), plain, ExpertTable.initial(1, plain), equal);
    assertFalse(step.answer().changed());
  }
}
