package io.eplb.api.kit;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one instance of a policy to a scenario, call after call. Between two calls the kit
 * does what the core does: it takes over every marked layer that obeys the rules, keeps the others,
 * and tells the policy. The policy gets copies of table and workload, so a policy that writes into
 * them spoils nothing but its own case.
 */
final class History {
  private final List<Call> calls = new ArrayList<>();

  private History() {}

  /**
   * Asks a policy as often as the scenario says, or until it gives an answer that cannot be used.
   *
   * @param context made anew for every call
   */
  @SuppressWarnings("CatchingUnchecked")
  static History of(EplbPolicy policy, Scenario scenario, Supplier<PolicyContext> context) {
    History history = new History();
    ExpertTable table = scenario.firstTable();
    for (int number = 0; number < scenario.calls(); number++) {
      ExpertWorkload workload = scenario.workload(table, number);
      ExpertTable givenTable = copyOf(table);
      ExpertWorkload givenWorkload = scenario.workload(table, number);
      Rebalance answer = null;
      Throwable thrown = null;
      try {
        answer = policy.rebalanceExperts(givenTable, givenWorkload, context.get());
      } catch (VirtualMachineError fatal) {
        throw fatal;
      } catch (Throwable any) {
        thrown = any;
      }
      boolean inputUntouched = sameContent(table, givenTable) && workload.equals(givenWorkload);
      Call call = new Call(scenario, number, table, workload, answer, thrown, inputUntouched);
      history.calls.add(call);
      Rebalance usable = call.usableAnswer();
      if (usable == null) {
        break;
      }
      ExpertTable before = table;
      table = next(table, usable, scenario);
      if (!tell(policy, usable, before, table)) {
        break;
      }
    }
    return history;
  }

  /**
   * Tells the policy what became of the layers it marked.
   *
   * @return whether it took that; a test of its own has to refuse what does not
   */
  @SuppressWarnings("CatchingUnchecked")
  private static boolean tell(
      EplbPolicy policy, Rebalance answer, ExpertTable before, ExpertTable after) {
    if (!answer.changed()) {
      return true;
    }
    try {
      for (int layer : answer.layerPriority()) {
        boolean committed =
            after.sameLayer(layer, answer.newPlacement())
                || before.sameLayer(layer, answer.newPlacement());
        policy.layerEnded(
            LayerEnd.of(
                layer,
                committed ? LayerEnd.Outcome.COMMITTED : LayerEnd.Outcome.REJECTED,
                after.version()));
      }
      return true;
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (Throwable refused) {
      return false;
    }
  }

  private static ExpertTable copyOf(ExpertTable table) {
    int slots = table.physicalExperts();
    int[] all = new int[table.layers() * slots];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, all, layer * slots);
    }
    return ExpertTable.of(
        table.version(),
        table.experts(),
        Placement.of(table.layers(), table.ranks(), table.slotsPerRank(), all));
  }

  private static boolean sameContent(ExpertTable table, ExpertTable given) {
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!table.sameLayer(layer, given.placement())) {
        return false;
      }
    }
    return table.version() == given.version();
  }

  private static ExpertTable next(ExpertTable table, Rebalance answer, Scenario scenario) {
    if (!answer.changed()) {
      return table;
    }
    LayerProposal proposal =
        new LayerProposal(scenario.topology(), scenario.ranks(), scenario.budget());
    Placement.Builder builder = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    for (int layer : answer.layerPriority()) {
      proposal.load(layer, table, answer.newPlacement(), true);
      if (PlacementRules.standard().firstBreach(proposal) == null) {
        answer.newPlacement().copyLayer(layer, row, 0);
        builder.setLayer(layer, row, 0);
      }
    }
    return ExpertTable.of(table.version() + 1, table.experts(), builder.build());
  }

  List<Call> calls() {
    return calls;
  }

  /** Returns the first call that two histories of one scenario differ in, or null if in none. */
  @Nullable Call firstDifference(History other) {
    return firstDifference(other, Object::equals);
  }

  /** As the other method, where {@code alike} says which answers count as the same. */
  @Nullable Call firstDifference(History other, BiPredicate<Rebalance, Rebalance> alike) {
    for (int number = 0; number < calls.size(); number++) {
      Call here = calls.get(number);
      Call there = number < other.calls.size() ? other.calls.get(number) : null;
      boolean bothThrew = here.thrown() != null && there != null && there.thrown() != null;
      if (there == null || (!bothThrew && !alike(here.answer(), there.answer(), alike))) {
        return here;
      }
    }
    return null;
  }

  private static boolean alike(
      @Nullable Rebalance here,
      @Nullable Rebalance there,
      BiPredicate<Rebalance, Rebalance> alike) {
    if (here == null || there == null) {
      return here == null && there == null;
    }
    return alike.test(here, there);
  }
}
