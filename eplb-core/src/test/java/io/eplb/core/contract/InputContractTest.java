package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.contract.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Input that is refused before the policy is asked, and input that the policy gets. */
class InputContractTest {
  private static final PolicyOption<Long> DEPTH =
      PolicyOption.integer("depth", 4, 1, 8, "How deep to search.");

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<Long> depth = new AtomicReference<>(0L);

  private GuardedPolicy policy() {
    EplbPolicy policy =
        new Scenario.FakePolicy(
            (current, workload, context) -> {
              calls.incrementAndGet();
              depth.set(context.option(DEPTH));
              return Rebalance.unchanged(current);
            },
            List.of(DEPTH));
    return new GuardedPolicy(() -> policy, ContractSettings.defaults().withProcessors(1));
  }

  private void assertRefused(
      ExpertTable current,
      ExpertWorkload workload,
      EpTopology topology,
      PolicyOptions options,
      String message) {
    try (GuardedPolicy policy = policy()) {
      InvalidInputException thrown =
          assertThrows(
              InvalidInputException.class,
              () ->
                  policy.plan(
                      PlanRequest.builder(current, workload, topology).options(options).build()));
      assertEquals(message, thrown.getMessage());
      assertEquals(0, calls.get());
      assertEquals(0, policy.state().consecutiveFailures());
    }
  }

  private static PolicyOptions none() {
    return PolicyOptions.defaults(List.of());
  }

  @Test
  void i1ATopologyOfAnotherShapeIsRefused() {
    assertRefused(
        Scenario.CURRENT,
        Scenario.workload(Scenario.CURRENT),
        EpTopology.of(8, 3, 1, 1, 4),
        none(),
        "I1: the expert table has 8 experts on 4 ranks × 3 slots, the topology 8 experts on 3 ranks"
            + " × 4 slots (the shapes of table, workload, topology and ranks agree)");
  }

  @Test
  void i1AWorkloadOfAnotherShapeIsRefused() {
    assertRefused(
        Scenario.CURRENT,
        Scenario.workload(ExpertTable.initial(4, Scenario.TOPOLOGY)),
        Scenario.TOPOLOGY,
        none(),
        "I1: the workload has 4 layers × 4 ranks × 3 slots, the expert table 5 layers × 4 ranks"
            + " × 3 slots (the shapes of table, workload, topology and ranks agree)");
  }

  @Test
  void i1LoadsMeasuredUnderATableThatIsNoLongerInForceAreRefused() {
    assertRefused(
        ExpertTable.of(3, 8, Scenario.CURRENT.placement()),
        Scenario.workload(Scenario.CURRENT),
        Scenario.TOPOLOGY,
        none(),
        "I1: the workload was measured under version 0 of the expert table, but version 3 is in"
            + " force; its slots hold other experts now"
            + " (the shapes of table, workload, topology and ranks agree)");
  }

  @Test
  void i5AnOptionThatThePolicyDoesNotDeclareIsRefused() {
    assertRefused(
        Scenario.CURRENT,
        Scenario.workload(Scenario.CURRENT),
        Scenario.TOPOLOGY,
        PolicyOptions.defaults(List.of(PolicyOption.integer("dept", 1, 0, 9, "Not this one."))),
        "policy fake: I5: there is no option 'dept'; did you mean depth?; known options: depth");
  }

  @Test
  void i5AnOptionOutOfThePolicysRangeIsRefused() {
    try (GuardedPolicy policy = policy()) {
      PolicyOptions tooDeep =
          PolicyOptions.defaults(List.of(PolicyOption.integer("depth", 9, 0, 9, "Too deep.")));
      InvalidInputException thrown =
          assertThrows(
              InvalidInputException.class,
              () -> policy.plan(Scenario.request(Scenario.CURRENT).options(tooDeep).build()));
      assertTrue(String.valueOf(thrown.getMessage()).contains("depth is 9"), thrown.getMessage());
      assertEquals(0, calls.get());
    }
  }

  @Test
  void i5AnOptionThatIsNotGivenHasThePolicysDefault() {
    try (GuardedPolicy policy = policy()) {
      assertTrue(Scenario.plan(policy).failure().isEmpty());
      assertEquals(4L, depth.get());
      PolicyOptions seven = PolicyOptions.parse(List.of(DEPTH), Map.of("depth", "7"));
      policy.plan(Scenario.request(Scenario.CURRENT).options(seven).build());
      assertEquals(7L, depth.get());
    }
  }

  @Test
  void anAnswerOfNoChangeKeepsTheCurrentTableWithAnyPlacement() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) ->
                        Rebalance.of(false, new int[] {0}, Placement.builder(1, 1, 1).build())),
            ContractSettings.defaults())) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertTrue(outcome.failure().isEmpty());
      assertSame(Scenario.CURRENT, outcome.table());
      assertFalse(outcome.changed());
    }
  }

  @Test
  void anAnswerThatOnlyReordersSlotsKeepsTheCurrentTable() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) ->
                        Scenario.answer(
                            current, Placement.builder(current).set(1, 0, 0, 1).set(1, 0, 1, 0))),
            ContractSettings.defaults())) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertTrue(outcome.failure().isEmpty());
      assertEquals(List.of(), outcome.rejectedLayers());
      assertSame(Scenario.CURRENT, outcome.table());
      assertFalse(outcome.changed());
    }
  }

  @Test
  void aReplicaOrderMovesWithItsReplicas() {
    int[] keys = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) ->
                        Scenario.answer(
                            current,
                            Placement.builder(current)
                                // Rank 0 held 0, 1, 2 and gets 3 for its 2, in other slots.
                                .setLayer(1, new int[] {1, 3, 0, 3, 4, 5, 6, 7, 0, 1, 2, 3}, 0)
                                .setReplicaOrder(1, keys, 0))),
            ContractSettings.defaults())) {
      PlanOutcome outcome = Scenario.plan(policy);
      int[] row = new int[12];
      outcome.table().copyLayer(1, row, 0);
      int[] order = new int[12];
      outcome.table().placement().copyReplicaOrder(1, order, 0);
      assertEquals(0, row[0]);
      assertEquals(9, order[0]);
      assertEquals(1, row[1]);
      assertEquals(11, order[1]);
      assertEquals(3, row[2]);
      assertEquals(10, order[2]);
      assertEquals(1, outcome.expertsMoved());
    }
  }

  @Test
  void aSupplierThatFailsIsThePolicysFault() {
    PolicyException thrown =
        assertThrows(
            PolicyException.class,
            () ->
                new GuardedPolicy(
                        () -> {
                          throw new NoClassDefFoundError("org/example/Absent");
                        },
                        ContractSettings.defaults())
                    .close());
    assertEquals(
        "no instance of the policy can be made: the class org.example.Absent that it needs is"
            + " missing",
        thrown.getMessage());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    ContractSettings defaults = ContractSettings.defaults();
    assertMessage("processors is 0; it must be", () -> defaults.withProcessors(0));
    assertMessage("the failure limit is 0; it must be", () -> defaults.withFailureLimit(0));
    assertMessage("the failure limit is 1001", () -> defaults.withFailureLimit(1001));
    assertMessage("the deadline is PT0S", () -> defaults.withDeadline(Duration.ZERO));
    assertMessage("the deadline is PT25H", () -> defaults.withDeadline(Duration.ofHours(25)));
    assertMessage(
        "the rules lack P3", () -> defaults.withRules(PlacementRules.standard().without(Rule.P3)));
  }

  private static void assertMessage(String start, Runnable refused) {
    String message =
        String.valueOf(assertThrows(InvalidInputException.class, refused::run).getMessage());
    assertTrue(message.startsWith(start), message);
  }
}
