package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import io.eplb.core.contract.Scenario.Answering;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A layer that breaks a rule keeps its row, and the other layers go on. */
class LayerRejectionContractTest {
  private static Answering withSlot(int rank, int slot, int expert) {
    return (current, workload, context) -> {
      Placement.Builder builder = Scenario.rotation(current, context);
      return Scenario.answer(current, builder.set(2, rank, slot, expert));
    };
  }

  @Test
  void p2AnExpertOutOfRangeRejectsItsLayer() {
    Misbehaviour.assertLayerRejected(
        withSlot(1, 2, 8),
        Rule.P2,
        "P2, layer 2, rank 1, slot 2: expert 8 does not exist, experts are 0 to 7"
            + " (ids are within 0 to experts − 1, and EMPTY where a rank cannot use a slot)");
  }

  @Test
  void p2AnUnassignedSlotRejectsItsLayer() {
    Misbehaviour.assertLayerRejected(
        withSlot(0, 0, -1),
        Rule.P2,
        "P2, layer 2, rank 0, slot 0: the slot is EMPTY (−1), and the rank can use it"
            + " (ids are within 0 to experts − 1, and EMPTY where a rank cannot use a slot)");
  }

  @Test
  void p3ALostExpertRejectsItsLayer() {
    // Rank 0 holds 3, 4, 5 after the rotation; 4 is nowhere else.
    Misbehaviour.assertLayerRejected(
        withSlot(0, 1, 6),
        Rule.P3,
        "P3, layer 2: expert 4 has no slot (every logical expert is placed at least once)");
  }

  @Test
  void p4ADuplicateOnARankRejectsItsLayer() {
    // Rank 1 holds 6, 7, 0 after the rotation; 0 is on rank 3 too.
    Misbehaviour.assertLayerRejected(
        withSlot(1, 2, 6),
        Rule.P4,
        "P4, layer 2, rank 1, slot 2: expert 6 is on this rank already"
            + " (no rank holds two replicas of one expert while it can do without)");
  }

  @Test
  void p5AnUnmarkedLayerThatChangesIsRejected() {
    Misbehaviour.assertLayerRejected(
        (current, workload, context) ->
            Rebalance.of(true, new int[] {0, 1, 3, 4}, Scenario.rotation(current, context).build()),
        Rule.P5,
        "P5, layer 2, rank 0, slot 0: expert 0 became 3, but the layer is not in the layer priority"
            + " (a layer that is not marked as changed equals the current one)");
  }

  @Test
  void p6LayersOverTheBudgetAreRejectedAndTheCurrentTableStays() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () -> Scenario.policy((current, load, context) -> Scenario.rotated(current, context)),
            Misbehaviour.SETTINGS)) {
      PlanOutcome outcome =
          policy.plan(Scenario.request(Scenario.CURRENT).budget(MigrationBudget.of(0, 2)).build());
      assertSame(Scenario.CURRENT, outcome.table());
      assertFalse(outcome.changed());
      assertTrue(outcome.failure().isEmpty());
      assertEquals(
          List.of(Rule.P6, Rule.P6, Rule.P6, Rule.P6, Rule.P6),
          outcome.rejectedLayers().stream().map(Breach::rule).toList());
      assertEquals(0, policy.state().consecutiveFailures());
      Misbehaviour.assertHealthy(policy);
    }
  }
}
