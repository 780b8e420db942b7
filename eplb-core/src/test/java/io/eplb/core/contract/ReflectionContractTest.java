package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerEnd;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Policies that reach into objects of the core, as they can on the class path, or blame others. */
class ReflectionContractTest {
  private static <T> T get(Class<?> owner, String name, Object of, Class<T> type) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return type.cast(field.get(of));
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("no field " + name, impossible);
    }
  }

  private static Rebalance with(Rebalance answer, String name, @Nullable Object value) {
    try {
      Field field = Rebalance.class.getDeclaredField(name);
      field.setAccessible(true);
      field.set(answer, value);
      return answer;
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("no field " + name, impossible);
    }
  }

  private static void swap(ExpertTable table) {
    int[] row = get(Placement.class, "physicalToLogical", table.placement(), int[].class);
    int first = row[0];
    row[0] = row[1];
    row[1] = first;
  }

  @Test
  void aPolicyThatAltersTheTableByReflectionFailsAndTheTableInForceIsUnharmed() {
    Placement before = ExpertTable.initial(Scenario.LAYERS, Scenario.TOPOLOGY).placement();
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          Rebalance answer = Scenario.rotated(current, context);
          swap(current);
          return answer;
        },
        "policy fake altered the expert table that it was given; it is read-only");
    assertEquals(before, Scenario.CURRENT.placement());
  }

  @Test
  void aTableThatIsAlteredAfterTheAnswerIsNotTheOneInForce() {
    AtomicReference<ExpertTable> kept = new AtomicReference<>();
    AtomicReference<Rebalance> given = new AtomicReference<>();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      kept.set(current);
                      Rebalance answer = Scenario.rotated(current, context);
                      given.set(answer);
                      return answer;
                    }),
            Misbehaviour.SETTINGS.withAlignSlots(false))) {
      PlanOutcome outcome = Scenario.plan(policy);
      Placement accepted = Placement.builder(outcome.table()).build();
      ExpertTable shown = Objects.requireNonNull(kept.get());
      Rebalance answer = Objects.requireNonNull(given.get());
      swap(shown);
      Arrays.fill(get(Placement.class, "physicalToLogical", answer.newPlacement(), int[].class), 5);
      assertEquals(accepted, outcome.table().placement());
      assertEquals(
          ExpertTable.initial(Scenario.LAYERS, Scenario.TOPOLOGY).placement(),
          Scenario.CURRENT.placement());
    }
  }

  @Test
  void aPolicyThatAltersTheIndexOfItsTableByReflectionHarmsItsOwnAlone() {
    ExpertTable inForce = ExpertTable.initial(Scenario.LAYERS, Scenario.TOPOLOGY);
    int place = inForce.physicalSlot(0, 0, 0);
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      assertEquals(place, current.physicalSlot(0, 0, 0));
                      Object cell = get(ExpertTable.class, "derived", current, Object[].class)[0];
                      Object index = get(cell.getClass(), "index", cell, Object.class);
                      get(index.getClass(), "slots", index, int[].class)[0] = 11;
                      return Scenario.rotated(current, context);
                    }),
            Misbehaviour.SETTINGS)) {
      assertTrue(Scenario.plan(policy, inForce).failure().isEmpty());
    }
    assertEquals(place, inForce.physicalSlot(0, 0, 0));
  }

  @Test
  void anAnswerWithAPriorityThatNoBuilderAllowsIsAFailureOfThePolicy() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            with(Scenario.rotated(current, context), "layerPriority", new int[] {99, -1}),
        "policy fake gave a malformed answer: Index 99 out of bounds for length 5");
  }

  @Test
  void anAnswerWithoutAPlacementIsAFailureOfThePolicy() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            with(Scenario.rotated(current, context), "newPlacement", null),
        "policy fake gave a malformed answer: ");
  }

  @Test
  void anAnswerWithSharesOfAnotherLengthIsAFailureOfThePolicy() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            with(Scenario.rotated(current, context), "shares", new double[Scenario.LAYERS][1]),
        "policy fake gave a malformed answer: ");
  }

  @Test
  void aPolicysOwnMistakeIsItsFaultWhoeverTheMessageBlames() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> Rebalance.of(true, new int[] {1, 1}, current.placement()),
        "policy fake failed: the layer priority names layer 1 twice; once is enough");
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new InvalidInputException("give me other nodes");
        },
        "policy fake failed: give me other nodes");
  }

  @Test
  void aRequestThatAPolicyDoesNotSupportIsRefusedAndNoFailure() {
    try (GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              throw new UnsupportedRequestException("4 nodes do not divide 2 groups;\ntry 2 nodes");
            },
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      UnsupportedRequestException refused =
          assertThrows(UnsupportedRequestException.class, () -> Scenario.plan(policy));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.startsWith("policy fake: 4 nodes do not divide 2 groups;"), message);
      assertTrue(message.lines().count() == 1, message);
      assertEquals(0, policy.state().consecutiveFailures());
      Misbehaviour.assertHealthy(policy);
    }
  }

  @Test
  void aRefusalInLayerEndedIsAFailure() {
    try (GuardedPolicy policy = new GuardedPolicy(Refusing::new, Misbehaviour.SETTINGS)) {
      policy.committed(Scenario.plan(policy));
      String message = Misbehaviour.message(Scenario.plan(policy));
      assertTrue(message.startsWith("policy fake failed in layerEnded: not you"), message);
    }
  }

  private static final class Refusing implements EplbPolicy {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      return Scenario.rotated(current, context);
    }

    @Override
    public void layerEnded(LayerEnd layerEnd) {
      throw new UnsupportedRequestException("not you");
    }
  }
}
