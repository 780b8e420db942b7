package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.api.TransferCosts;
import io.eplb.api.contract.Breach;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Ranks that are slow, short or dead, in questions and answers. */
class UnequalRanksContractTest {
  /** Rank 1 is dead, rank 2 can use two of its three slots, and rank 3 is slow. */
  private static final EpRanks RANKS =
      EpRanks.builder(Scenario.TOPOLOGY).usableSlots(1, 0).usableSlots(2, 2).speed(3, 0.5).build();

  private static final int[] ROW = {0, 1, 2, -1, -1, -1, 3, 4, -1, 5, 6, 7};

  private static ExpertTable table(int... row) {
    Placement.Builder builder = Placement.builder(Scenario.LAYERS, 4, 3);
    for (int layer = 0; layer < Scenario.LAYERS; layer++) {
      builder.setLayer(layer, row, 0);
    }
    return ExpertTable.of(4, 8, builder.build());
  }

  private static void assertRefused(PlanRequest.Builder request, String start) {
    String message =
        String.valueOf(assertThrows(InvalidInputException.class, request::build).getMessage());
    assertTrue(message.startsWith(start), message);
  }

  @Test
  void i1ATableThatIsEmptyElsewhereThanItsRanksIsRefused() {
    assertRefused(
        Scenario.request(table(ROW)).ranks(EpRanks.nominal(Scenario.TOPOLOGY)),
        "I1: layer 0, rank 1, slot 0 is EMPTY, and the rank can use its first 3 slots");
    assertRefused(
        Scenario.request(Scenario.CURRENT).ranks(RANKS),
        "I1: layer 0, rank 1, slot 0 holds expert 3, and the rank is dead");
  }

  @Test
  void i2TokensOnAnEmptySlotAreRefused() {
    double[] tokens = new double[Scenario.LAYERS * 12];
    tokens[2 * 12 + 8] = 4.0;
    assertRefused(
        PlanRequest.builder(
                table(ROW),
                ExpertWorkload.of(4, 1, Scenario.LAYERS, 4, 3, tokens),
                Scenario.TOPOLOGY)
            .ranks(RANKS),
        "I2: window 0, layer 2, rank 2, slot 2 has 4.0 tokens and is EMPTY");
  }

  @Test
  void withoutWordRanksAreThoseThatTheTableWasMadeFor() {
    EpRanks ranks = Scenario.request(table(ROW)).build().ranks();
    assertEquals(RANKS.toBuilder().speed(3, 1.0).build(), ranks);
    assertEquals(
        EpRanks.nominal(Scenario.TOPOLOGY), Scenario.request(Scenario.CURRENT).build().ranks());
  }

  @Test
  void hintsBeyondTheirLimitsAreRefused() {
    assertRefused(
        Scenario.request(Scenario.CURRENT).hints(Collections.singletonMap("", "x")),
        "the length of a hint's name is 0; it must be");
  }

  @Test
  void aPolicyGetsRanksCostsPhaseAndHints() {
    AtomicReference<PolicyContext> seen = new AtomicReference<>();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      seen.set(context);
                      assertFalse(context.cancelled());
                      return Rebalance.unchanged(current);
                    }),
            Misbehaviour.SETTINGS)) {
      TransferCosts costs = TransferCosts.of(1_000, 1e-9, 1e-8);
      PlanOutcome outcome =
          policy.plan(
              Scenario.request(table(ROW))
                  .ranks(RANKS)
                  .costs(costs)
                  .loadPhase(LoadPhase.DECODE)
                  .hints(Map.of("model", "r1"))
                  .build());
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
      PolicyContext context = seen.get();
      assertNotNull(context);
      assertEquals(RANKS, context.ranks());
      assertEquals(costs, context.costs());
      assertEquals(LoadPhase.DECODE, context.loadPhase());
      assertEquals(Map.of("model", "r1"), context.hints());
      assertTrue(context.cancelled(), "nobody waits after the answer");
    }
  }

  @Test
  void p2EmptySlotsStayEmptyAndTheOthersAreAligned() {
    int[] proposed = {2, 1, 0, -1, -1, -1, 5, 3, -1, 4, 6, 7};
    try (GuardedPolicy policy = answering(proposed)) {
      PlanOutcome outcome = policy.plan(Scenario.request(table(ROW)).ranks(RANKS).build());
      assertEquals(List.of(), outcome.rejectedLayers());
      int[] row = new int[12];
      outcome.table().copyLayer(2, row, 0);
      assertEquals(
          Arrays.toString(new int[] {0, 1, 2, -1, -1, -1, 3, 5, -1, 4, 6, 7}),
          Arrays.toString(row));
      assertEquals(2, outcome.expertsMoved(2));
    }
  }

  @Test
  void p2AnExpertOnADeadRankRejectsItsLayer() {
    try (GuardedPolicy policy = answering(0, 1, 2, 3, -1, -1, 3, 4, -1, 5, 6, 7)) {
      PlanOutcome outcome = policy.plan(Scenario.request(table(ROW)).ranks(RANKS).build());
      assertFalse(outcome.changed());
      Breach first = outcome.rejectedLayers().get(0);
      assertTrue(
          first
              .toString()
              .startsWith(
                  "P2, layer 0, rank 1, slot 0: the slot holds expert 3, and the rank is dead"),
          first::toString);
    }
  }

  @Test
  void otherRanksBetweenTwoPlansAreJudgedByTheirOwnSlots() {
    int[] whole = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3};
    try (GuardedPolicy policy = answering(3, 4, 5, -1, -1, -1, 6, 7, -1, 0, 1, 2)) {
      assertTrue(policy.plan(Scenario.request(table(ROW)).ranks(RANKS).build()).changed());
      PlanOutcome outcome = policy.plan(Scenario.request(table(whole)).build());
      assertFalse(outcome.changed());
      assertEquals(Scenario.LAYERS, outcome.rejectedLayers().size());
    }
  }

  private static GuardedPolicy answering(int... row) {
    return new GuardedPolicy(
        () ->
            Scenario.policy(
                (current, workload, context) -> {
                  Placement.Builder builder = Placement.builder(current);
                  for (int layer = 0; layer < current.layers(); layer++) {
                    builder.setLayer(layer, row, 0);
                  }
                  return Scenario.answer(current, builder);
                }),
        Misbehaviour.SETTINGS);
  }
}
