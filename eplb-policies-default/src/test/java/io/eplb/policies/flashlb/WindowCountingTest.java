package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A window counts once, as it was measured, however often it is sent. */
class WindowCountingTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(8, 4, 1, 1, 3);
  private static final ExpertTable TABLE = ExpertTable.initial(1, TOPOLOGY);
  private static final Map<String, String> EAGER = Map.of("update-balancedness-few-ranks", "1.0");

  /** Returns windows × experts loads that differ from window to window. */
  private static double[][] recording(int windows, long seed) {
    Random random = new Random(seed);
    double[][] recording = new double[windows][8];
    for (double[] window : recording) {
      Arrays.setAll(
          window, expert -> Math.rint(100 * Math.exp(random.nextGaussian() - expert / 3.0)));
      window[random.nextInt(8)] += 300;
    }
    return recording;
  }

  /** Returns the windows {@code [from, to)} of a recording with the given weight of each. */
  private static ExpertWorkload workload(
      double[][] recording, int from, int to, double... weights) {
    double[] parts = new double[(to - from) * 8];
    double[] given = new double[to - from];
    for (int window = from; window < to; window++) {
      given[window - from] = weights.length == 0 ? 1.0 : weights[window - from];
      for (int expert = 0; expert < 8; expert++) {
        parts[(window - from) * 8 + expert] = recording[window][expert] * given[window - from];
      }
    }
    return ExpertWorkload.ofExpertLoads(TABLE, to - from, parts)
        .withWindowIds(from)
        .withWeights(given);
  }

  private static int[] answer(FlashlbPolicy policy, ExpertWorkload workload) {
    return Step.ask(policy, TOPOLOGY, workload, TABLE, EAGER).row(0);
  }

  private static int[] fresh(ExpertWorkload workload) {
    return answer(new FlashlbPolicy(), workload);
  }

  @Property(tries = 300)
  void aWindowThatIsSentAgainWithAnotherWeightCountsOnce(
      @ForAll @IntRange(min = 1, max = 12) int windows, @ForAll long seed) {
    double[][] recording = recording(windows, seed);
    FlashlbPolicy policy = new FlashlbPolicy();
    FlashlbPolicy oneByOne = new FlashlbPolicy();
    Random random = new Random(seed);
    for (int to = 1; to <= windows; to++) {
      int from = random.nextInt(to);
      // Powers of two leave no rounding error, which might turn a tie.
      double[] weights = new double[to - from];
      Arrays.setAll(weights, window -> Math.scalb(1.0, -random.nextInt(8)));
      int[] row = answer(policy, workload(recording, from, to, weights));
      assertArrayEquals(answer(oneByOne, workload(recording, to - 1, to)), row);
    }
  }

  @Test
  void windowsOfOneCallCountLikeWindowsOfSeveralCalls() {
    double[][] recording = recording(3, 4);
    FlashlbPolicy oneByOne = new FlashlbPolicy();
    for (int window = 0; window < 2; window++) {
      answer(oneByOne, workload(recording, window, window + 1));
    }
    assertArrayEquals(
        fresh(workload(recording, 0, 3)), answer(oneByOne, workload(recording, 2, 3)));
  }

  @Test
  void theSameWindowsAgainGiveTheSameAnswer() {
    double[][] recording = recording(4, 5);
    FlashlbPolicy policy = new FlashlbPolicy();
    int[] first = answer(policy, workload(recording, 0, 4));
    assertArrayEquals(first, answer(policy, workload(recording, 0, 4)));
    assertArrayEquals(first, answer(policy, workload(recording, 2, 4, 0.25, 0.5)));
  }

  @Test
  void aWindowOfWeightZeroDoesNotCount() {
    double[][] recording = recording(3, 6);
    double[][] without = {recording[0], recording[2]};
    assertArrayEquals(
        fresh(workload(without, 0, 2)), fresh(workload(recording, 0, 3, 0.5, 0.0, 0.5)));
  }

  @Test
  void aWindowThatStandsForOlderOnesCountsOnce() {
    double[][] recording = recording(6, 7);
    // In the second call, window 3 stands for windows 0 to 3, which have been counted.
    double[][] folded = recording.clone();
    folded[3] = new double[8];
    for (int window = 0; window <= 3; window++) {
      for (int expert = 0; expert < 8; expert++) {
        folded[3][expert] += recording[window][expert];
      }
    }
    FlashlbPolicy policy = new FlashlbPolicy();
    answer(policy, workload(recording, 0, 5));
    assertArrayEquals(fresh(workload(recording, 0, 6)), answer(policy, workload(folded, 3, 6)));
    // Where nothing has been counted, it is one observation.
    double[][] asOne = {folded[3], recording[4], recording[5]};
    assertArrayEquals(fresh(workload(asOne, 0, 3)), fresh(workload(folded, 3, 6)));
  }

  @Test
  void onlyTheLastWindowsAreRemembered() {
    double[][] recording = recording(9, 8);
    Map<String, String> two = Map.of("window-size", "2", "update-balancedness-few-ranks", "1.0");
    int[] last =
        Step.ask(new FlashlbPolicy(), TOPOLOGY, workload(recording, 7, 9), TABLE, two).row(0);
    int[] all =
        Step.ask(new FlashlbPolicy(), TOPOLOGY, workload(recording, 0, 9), TABLE, two).row(0);
    assertArrayEquals(last, all);
  }

  @Test
  void idsThatGoBackStartAnew() {
    double[][] recording = recording(6, 9);
    double[][] other = recording(2, 10);
    FlashlbPolicy policy = new FlashlbPolicy();
    answer(policy, workload(recording, 0, 6));
    assertArrayEquals(fresh(workload(other, 0, 2)), answer(policy, workload(other, 0, 2)));
  }

  @Test
  void anotherLoadUnderTheSameIdStartsAnew() {
    FlashlbPolicy policy = new FlashlbPolicy();
    answer(policy, workload(recording(2, 11), 0, 2));
    double[][] other = recording(2, 12);
    assertArrayEquals(fresh(workload(other, 0, 2)), answer(policy, workload(other, 0, 2)));
  }

  @Test
  void aGapLongerThanTheMemoryStartsAnew() {
    double[][] recording = recording(9, 13);
    FlashlbPolicy policy = new FlashlbPolicy();
    answer(policy, workload(recording, 0, 2));
    assertArrayEquals(fresh(workload(recording, 8, 9)), answer(policy, workload(recording, 8, 9)));
  }

  @Test
  void aShortGapLeavesTheWindowsOutAlone() {
    double[][] recording = recording(8, 14);
    FlashlbPolicy policy = new FlashlbPolicy();
    answer(policy, workload(recording, 0, 2));
    double[][] known = {recording[0], recording[1], recording[7]};
    assertArrayEquals(fresh(workload(known, 0, 3)), answer(policy, workload(recording, 7, 8)));
  }

  @Test
  void onlyNewWindowsDecideWhetherALayerIsPlanned() {
    double[] skewed = {80, 40, 20, 10, 5, 3, 2, 1};
    double[] level = {2, 2, 2, 2, 1, 1, 1, 1};
    double[][] recording = {skewed, skewed, skewed, level};
    Map<String, String> options = Map.of("update-ratio-few-ranks", "0.0");
    FlashlbPolicy policy = new FlashlbPolicy();
    assertTrue(
        Step.ask(policy, TOPOLOGY, workload(recording, 0, 3), TABLE, options).answer().changed());
    assertFalse(
        Step.ask(policy, TOPOLOGY, workload(recording, 0, 4), TABLE, options).answer().changed());
  }

  @Test
  void aPlanThatDidNotComeIntoForceIsNotTakenForAchieved() {
    double[] skewed = {80, 40, 20, 10, 5, 3, 2, 1};
    double[] milder = {9, 8, 4, 4, 3, 3, 2, 1};
    double[][] recording = {skewed, milder};
    // The second window alone is balanced well enough, unless the plan for the first is a measure.
    Map<String, String> options = Map.of("update-balancedness-few-ranks", "0.6");
    for (LayerEnd.Outcome outcome : LayerEnd.Outcome.values()) {
      FlashlbPolicy policy = new FlashlbPolicy();
      assertTrue(
          Step.ask(policy, TOPOLOGY, workload(recording, 0, 1), TABLE, options).answer().changed());
      policy.layerEnded(LayerEnd.of(0, outcome, 1));
      boolean changed =
          Step.ask(policy, TOPOLOGY, workload(recording, 0, 2), TABLE, options).answer().changed();
      assertEquals(outcome == LayerEnd.Outcome.COMMITTED, changed, outcome.name());
    }
    FlashlbPolicy untold = new FlashlbPolicy();
    Step.ask(untold, TOPOLOGY, workload(recording, 0, 1), TABLE, options);
    assertTrue(
        Step.ask(untold, TOPOLOGY, workload(recording, 0, 2), TABLE, options).answer().changed());
  }

  @Test
  void anEndOfALayerThatIsNotRememberedIsIgnored() {
    FlashlbPolicy policy = new FlashlbPolicy();
    policy.layerEnded(LayerEnd.of(3, LayerEnd.Outcome.ABORTED, 1));
    double[][] recording = recording(1, 15);
    int[] row = answer(policy, workload(recording, 0, 1));
    policy.layerEnded(LayerEnd.of(3, LayerEnd.Outcome.ABORTED, 1));
    assertArrayEquals(fresh(workload(recording, 0, 1)), row);
    assertTrue(policy.traits().stateful());
  }
}
