package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.LayerEnd.Outcome;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of equality, hash codes and texts of the value types. */
class ValueTypesTest {
  /** Values of one type that differ from each other, each in one thing. */
  static List<List<Supplier<Object>>> types() {
    Placement placement = Placement.of(2, 2, 1, new int[] {0, 1, 1, 0});
    return List.of(
        List.of(
            () -> EpTopology.of(6, 4, 2, 1, 3),
            () -> EpTopology.of(5, 4, 2, 1, 3),
            () -> EpTopology.of(6, 6, 2, 1, 3),
            () -> EpTopology.of(6, 4, 1, 1, 3),
            () -> EpTopology.of(6, 4, 2, 2, 3),
            () -> EpTopology.of(6, 4, 2, 1, 4)),
        List.of(
            () -> MigrationBudget.UNLIMITED,
            () -> MigrationBudget.FREE,
            () -> MigrationBudget.of(1, 0),
            () -> MigrationBudget.of(0, 1)),
        List.of(
            () -> LayerBalance.ofPeak(2.0, 1.0),
            () -> LayerBalance.ofPeak(3.0, 1.0),
            () -> LayerBalance.ofPeak(2.0, 2.0)),
        List.of(
            () -> TransferCosts.unknown(),
            () -> TransferCosts.of(1, 0.0, 0.0),
            () -> TransferCosts.of(1, 1.0, 0.0),
            () -> TransferCosts.of(1, 0.0, 1.0)),
        List.of(
            () -> PolicyTraits.DEFAULT,
            () -> PolicyTraits.builder().stateful(true).build(),
            () -> PolicyTraits.builder().objective(Objective.OWN_MEASURE).build()),
        List.of(
            () -> LayerEnd.of(0, Outcome.COMMITTED, 0),
            () -> LayerEnd.of(1, Outcome.COMMITTED, 0),
            () -> LayerEnd.of(0, Outcome.REJECTED, 0),
            () -> LayerEnd.of(0, Outcome.COMMITTED, 1)),
        List.of(
            () -> Breach.of(Rule.P2, 1, 1, 1, "x"),
            () -> Breach.of(Rule.P3, 1, 1, 1, "x"),
            () -> Breach.of(Rule.P2, 2, 1, 1, "x"),
            () -> Breach.of(Rule.P2, 1, 2, 1, "x"),
            () -> Breach.of(Rule.P2, 1, 1, 2, "x"),
            () -> Breach.of(Rule.P2, 1, 1, 1, "y")),
        List.of(
            () -> Rebalance.of(true, new int[] {0}, placement),
            () -> Rebalance.of(false, new int[] {0}, placement),
            () -> Rebalance.of(true, new int[] {1}, placement),
            () -> Rebalance.of(true, new int[] {0}, Placement.of(2, 2, 1, new int[4])),
            () -> Rebalance.builder(new int[] {0}, placement).expectedPeak(0, 2.0, 1.0).build(),
            () -> Rebalance.builder(new int[] {0}, placement).shares(0, new double[2], 0).build(),
            () -> Rebalance.builder(new int[] {0}, placement).sources(0, new int[2], 0).build()),
        List.of(
            () -> ExpertWorkload.of(0, 1, 1, 1, 2, new double[2]),
            () -> ExpertWorkload.of(1, 1, 1, 1, 2, new double[2]),
            () -> ExpertWorkload.of(0, 2, 1, 1, 1, new double[2]),
            () -> ExpertWorkload.of(0, 1, 2, 1, 1, new double[2]),
            () -> ExpertWorkload.of(0, 1, 1, 2, 1, new double[2]),
            () -> ExpertWorkload.of(0, 1, 1, 1, 2, new double[] {0.0, 1.0}),
            () -> ExpertWorkload.of(0, 1, 1, 1, 2, new double[2]).withWindowIds(1),
            () -> ExpertWorkload.of(0, 1, 1, 1, 2, new double[2]).withWeights(new double[1])));
  }

  @ParameterizedTest
  @MethodSource("types")
  void valuesAreEqualExactlyIfTheirContentIs(List<Supplier<Object>> values) {
    for (int one = 0; one < values.size(); one++) {
      Object value = values.get(one).get();
      assertNotEquals(value, "another type");
      for (int other = 0; other < values.size(); other++) {
        Object again = values.get(other).get();
        assertEquals(one == other, value.equals(again), () -> value + " and " + again);
      }
      assertEquals(value.hashCode(), values.get(one).get().hashCode());
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void textsNameTheType(List<Supplier<Object>> values) {
    for (Supplier<Object> value : values) {
      String text = value.get().toString();
      assertTrue(
          text.startsWith(value.get().getClass().getSimpleName() + "[") || text.matches("P[23].*"),
          text);
    }
  }
}
