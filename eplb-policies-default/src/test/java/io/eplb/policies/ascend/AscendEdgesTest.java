package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AscendEdgesTest {
  private static final AscendDefaultPolicy ASCEND_DEFAULT = new AscendDefaultPolicy();
  private static final SwiftPolicy SWIFT = new SwiftPolicy();

  static Stream<EplbPolicy> both() {
    return Stream.of(ASCEND_DEFAULT, SWIFT);
  }

  @ParameterizedTest
  @MethodSource("both")
  void oneRankHasNothingToBalance(EplbPolicy policy) {
    assertUnchanged(Answer.ofLoads(policy, EpTopology.of(4, 1, 1, 1, 6), 9, 0, 5, 1));
  }

  @ParameterizedTest
  @MethodSource("both")
  void allZeroLoadKeepsTheTableRatherThanGivingEverySpareSlotToOneExpert(EplbPolicy policy) {
    assertUnchanged(Answer.ofLoads(policy, EpTopology.of(8, 4, 1, 1, 3), new double[8]));
  }

  @ParameterizedTest
  @MethodSource("both")
  void balancedLayersAreNotReshuffled(EplbPolicy policy) {
    double[] loads = new double[8];
    Arrays.fill(loads, 3.0);
    assertUnchanged(Answer.ofLoads(policy, EpTopology.of(8, 4, 1, 1, 2), loads));
  }

  @ParameterizedTest
  @MethodSource("both")
  void oneSlotPerRankWithoutRedundancyStays(EplbPolicy policy) {
    assertUnchanged(Answer.ofLoads(policy, EpTopology.of(4, 4, 1, 1, 1), 1, 2, 3, 4));
  }

  @ParameterizedTest
  @MethodSource("both")
  void oneExpertWithAllTheLoadNeverHasTwoReplicasOnARank(EplbPolicy policy) {
    Answer answer = Answer.ofLoads(policy, EpTopology.of(8, 4, 1, 1, 5), 100, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.rebalance().changed());
    assertTrue(answer.parAfter(0) < answer.parBefore(0));
  }

  @Test
  void ascendDefaultSpreadsMoreRedundantSlotsThanRanks() {
    Answer answer =
        Answer.ofLoads(ASCEND_DEFAULT, EpTopology.of(6, 3, 1, 1, 5), 50, 40, 3, 2, 1, 1);
    assertEquals(9, answer.topology().redundantExperts());
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.parAfter(0) < 1.05, () -> "PAR " + answer.parAfter(0));
  }

  @Test
  void ascendDefaultFillsEveryRankWhenEachHasRoomForAllExperts() {
    for (int ranks = 2; ranks < 6; ranks++) {
      for (int experts = 2; experts < 7; experts++) {
        double[] loads = IntStream.range(0, experts).mapToDouble(e -> 1 << (2 * e)).toArray();
        Answer answer =
            Answer.ofLoads(ASCEND_DEFAULT, EpTopology.of(experts, ranks, 1, 1, experts), loads);
        assertEquals(List.of(), answer.breaches());
        assertEquals(1.0, answer.parAfter(0), 1e-12);
      }
    }
  }

  @Test
  void ascendDefaultExchangesBetweenTwoRanksWhenNoRankWithRoomMayHoldAnExpert() {
    // Ranks × slots is just below ranks × experts: the last experts find room on their own rank
    // only.
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 2000; round++) {
      int ranks = 2 + random.nextInt(6);
      int experts = 3 + random.nextInt(5);
      double[] loads = random.doubles(experts, 0, 100).toArray();
      Answer answer =
          Answer.ofLoads(ASCEND_DEFAULT, EpTopology.of(experts, ranks, 1, 1, experts - 1), loads);
      assertEquals(List.of(), answer.breaches(), () -> Arrays.toString(loads));
    }
  }

  @Test
  void moreSlotsThanExpertsOnARankEndUpLevel() {
    Answer answer = Answer.ofLoads(ASCEND_DEFAULT, EpTopology.of(3, 4, 1, 1, 5), 1, 10, 100);
    assertEquals(List.of(), answer.breaches());
    assertEquals(1.0, answer.parAfter(0), 1e-12);
    Answer swift = Answer.ofLoads(SWIFT, EpTopology.of(3, 4, 1, 1, 5), 1, 10, 100);
    assertEquals(List.of(), swift.breaches());
    assertTrue(swift.parAfter(0) <= swift.parBefore(0));
  }

  @ParameterizedTest
  @MethodSource("both")
  void duplicatesInTheCurrentTableAreRemovedFromALayerThatChanges(EplbPolicy policy) {
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 4);
    ExpertTable table =
        ExpertTable.of(5, 6, Placement.of(1, 3, 4, new int[] {0, 0, 0, 1, 2, 3, 3, 3, 4, 5, 5, 1}));
    Answer answer =
        Answer.of(
            policy,
            topology,
            table,
            ExpertWorkload.ofExpertLoads(table, new double[] {10, 90, 20, 5, 60, 1}));
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.rebalance().changed());
    for (int rank = 0; rank < 3; rank++) {
      int[] row = answer.row(0);
      assertEquals(4, Arrays.stream(row, rank * 4, rank * 4 + 4).distinct().count());
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void hugeAndTinyLoadsGiveTheSamePlanAsOrdinaryOnes(EplbPolicy policy) {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 3);
    double[] loads = {64, 512, 8, 128, 32, 256, 16, 1024};
    Answer plain = Answer.ofLoads(policy, topology, loads);
    assertTrue(plain.rebalance().changed());
    for (double scale : new double[] {0x1p1010, 0x1p43, 0x1p-1070}) {
      double[] scaled = Arrays.stream(loads).map(load -> load * scale).toArray();
      Answer answer = Answer.ofLoads(policy, topology, scaled);
      assertArrayEquals(plain.row(0), answer.row(0), "scale " + scale);
      assertTrue(answer.rebalance().changed(), "scale " + scale);
    }
    Answer wide = Answer.ofLoads(policy, topology, 0x1p53 - 1, 0, 1, 0x1p53, 3, 1e-300, 5, 0);
    assertEquals(List.of(), wide.breaches());
  }

  @ParameterizedTest
  @MethodSource("both")
  void layersOfVeryDifferentLoadsAreWeighedWithoutOverflow(EplbPolicy policy) {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(3, topology);
    double huge = Double.MAX_VALUE / 8;
    double[] loads = {huge, huge, 0, 0, huge, huge, 0, 0, Double.MIN_VALUE, 0, 0, 0};
    Answer answer = Answer.of(policy, topology, table, ExpertWorkload.ofExpertLoads(table, loads));
    assertTrue(answer.rebalance().changed());
    assertEquals(List.of(), answer.breaches());
    assertEquals(1.0, answer.parAfter(0), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("both")
  void nodesNeedNotDivideGroups(EplbPolicy policy) {
    Answer answer =
        Answer.ofLoads(policy, EpTopology.of(9, 4, 2, 3, 3), 1, 2, 3, 90, 50, 6, 7, 8, 9);
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.parAfter(0) < answer.parBefore(0));
  }

  @ParameterizedTest
  @MethodSource("both")
  void hundredsOfRanksAreBalanced(EplbPolicy policy) {
    SplittableRandom random = new SplittableRandom(5);
    double[] loads = random.doubles(512).map(x -> Math.exp(4 * x)).toArray();
    Answer answer = Answer.ofLoads(policy, EpTopology.of(512, 320, 40, 8, 2), loads);
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.parAfter(0) < answer.parBefore(0));
  }

  @Test
  void aLayerWhoseRepackingExceedsTheBudgetKeepsItsRow() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 3);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload =
        ExpertWorkload.ofExpertLoads(table, new double[] {64, 512, 8, 128, 32, 256, 16, 1024});
    assertUnchanged(
        Answer.of(ASCEND_DEFAULT, topology, table, workload, MigrationBudget.of(2, 0), Map.of()));
  }

  @Test
  void swiftCutsItsPlanDownToTheBudget() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 3);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload =
        ExpertWorkload.ofExpertLoads(table, new double[] {64, 512, 8, 128, 32, 256, 16, 1024});
    Answer answer = Answer.of(SWIFT, topology, table, workload, MigrationBudget.of(2, 1), Map.of());
    assertEquals(List.of(), answer.breaches());
    assertTrue(answer.moved(0) > 0 && answer.parAfter(0) < answer.parBefore(0));
  }

  @Test
  void swiftMeasuresEveryLayerByItsOwnMean() {
    // Layer 0 carries a millionth of layer 1; the reference would swap nothing in it.
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(2, topology);
    double[] loads = {6, 5, 4, 3, 1, 1, 6e6, 5e6, 4e6, 3e6, 1e6, 1e6};
    Answer answer = Answer.of(SWIFT, topology, table, ExpertWorkload.ofExpertLoads(table, loads));
    assertTrue(answer.parAfter(0) < answer.parBefore(0));
    assertArrayEquals(answer.row(0), answer.row(1));
  }

  @Test
  void swiftNeverKeepsALayerThatGotWorse() {
    for (GoldenCase golden : GoldenCase.all("ascend-swift").toList()) {
      Answer answer = Answer.of(SWIFT, golden.topology(), golden.table(), golden.workload());
      for (int layer = 0; layer < golden.table().layers(); layer++) {
        assertTrue(answer.parAfter(layer) <= answer.parBefore(layer), golden.name());
      }
    }
  }

  @Test
  void swiftLeavesAlmostBalancedLayersAlone() {
    assertUnchanged(Answer.ofLoads(SWIFT, EpTopology.of(4, 2, 1, 1, 2), 1000, 1000, 1005, 1000));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    for (Map<String, String> given :
        List.of(
            Map.of("accept-threshold", "0"),
            Map.of("accept-threshold", "1.01"),
            Map.of("max-swaps", "-1"),
            Map.of("swap-threshold", "NaN"),
            Map.of("no-such", "1"))) {
      Assertions.assertThrows(
          InvalidInputException.class, () -> PolicyOptions.parse(SWIFT.options(), given));
    }
  }

  @Test
  void aPlanThatGainsTooLittleIsNotAccepted() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 3);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload =
        ExpertWorkload.ofExpertLoads(table, new double[] {64, 512, 8, 128, 32, 256, 16, 1024});
    for (EplbPolicy policy : List.of(ASCEND_DEFAULT, SWIFT)) {
      Answer answer =
          Answer.of(
              policy,
              topology,
              table,
              workload,
              MigrationBudget.UNLIMITED,
              Map.of("accept-threshold", "0.1"));
      assertFalse(answer.rebalance().changed());
    }
  }

  private static void assertUnchanged(Answer answer) {
    assertFalse(answer.rebalance().changed());
    assertArrayEquals(answer.currentRow(0), answer.row(0));
  }
}
