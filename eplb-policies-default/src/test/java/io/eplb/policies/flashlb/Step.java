package io.eplb.policies.flashlb;

import io.eplb.api.Deadline;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.Map;

/** One call of a policy: its current table and its answer. */
record Step(EpTopology topology, ExpertTable table, Rebalance answer) {
  /** Asks a policy about expert loads, windows × layers × experts. */
  static Step ask(
      EplbPolicy policy,
      EpTopology topology,
      ExpertTable table,
      int windows,
      double[] loads,
      Map<String, String> options) {
    PolicyContext.Builder context =
        PolicyContext.builder(topology).options(PolicyOptions.parse(policy.options(), options));
    return ask(policy, table, windows, loads, context);
  }

  static Step ask(EplbPolicy policy, EpTopology topology, ExpertTable table, double... loads) {
    return ask(policy, topology, table, 1, loads, Map.of());
  }

  /** Asks with a budget and a deadline. */
  static Step ask(
      EplbPolicy policy,
      EpTopology topology,
      ExpertTable table,
      MigrationBudget budget,
      Deadline deadline,
      double... loads) {
    PolicyContext.Builder context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .migrationBudget(budget)
            .deadline(deadline);
    return ask(policy, table, 1, loads, context);
  }

  /** Asks about one window with an id. */
  static Step askWindow(
      EplbPolicy policy, EpTopology topology, ExpertTable table, long id, double... loads) {
    return ask(
        policy,
        topology,
        ExpertWorkload.ofExpertLoads(table, loads).withWindowIds(id),
        table,
        Map.of());
  }

  /** Asks about a workload. */
  static Step ask(
      EplbPolicy policy,
      EpTopology topology,
      ExpertWorkload workload,
      ExpertTable table,
      Map<String, String> options) {
    return ask(
        policy,
        table,
        workload,
        PolicyContext.builder(topology).options(PolicyOptions.parse(policy.options(), options)));
  }

  private static Step ask(
      EplbPolicy policy,
      ExpertTable table,
      int windows,
      double[] loads,
      PolicyContext.Builder context) {
    return ask(policy, table, ExpertWorkload.ofExpertLoads(table, windows, loads), context);
  }

  private static Step ask(
      EplbPolicy policy,
      ExpertTable table,
      ExpertWorkload workload,
      PolicyContext.Builder context) {
    PolicyContext built = context.build();
    return new Step(built.topology(), table, policy.rebalanceExperts(table, workload, built));
  }

  /** Returns the table after the answer has been carried out. */
  ExpertTable next() {
    return answer.changed()
        ? ExpertTable.of(table.version() + 1, table.experts(), answer.newPlacement())
        : table;
  }

  int[] row(int layer) {
    int[] row = new int[topology.physicalExperts()];
    answer.newPlacement().copyLayer(layer, row, 0);
    return row;
  }

  double peakToAverage(int layer, double... loads) {
    return LayerBalance.of(row(layer), loads, topology.ranks()).peakToAverage();
  }

  int moved(int layer) {
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    proposal.load(layer, table, answer.newPlacement(), true);
    return PlacementRules.expertsMoved(proposal);
  }
}
