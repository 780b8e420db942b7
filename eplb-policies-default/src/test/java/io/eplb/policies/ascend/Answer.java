package io.eplb.policies.ascend;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.policies.kernel.LoadScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a policy to one table and workload, and its figures by layer. */
record Answer(
    EpTopology topology,
    EpRanks ranks,
    ExpertTable table,
    ExpertWorkload workload,
    MigrationBudget budget,
    Rebalance rebalance) {
  static Answer of(EplbPolicy policy, RandomShapes shape, Map<String, String> options) {
    PolicyContext context =
        PolicyContext.builder(shape.topology())
            .ranks(shape.ranks())
            .options(PolicyOptions.parse(policy.options(), options))
            .migrationBudget(shape.budget())
            .build();
    return new Answer(
        shape.topology(),
        shape.ranks(),
        shape.table(),
        shape.workload(),
        shape.budget(),
        policy.rebalanceExperts(shape.table(), shape.workload(), context));
  }

  static Answer of(
      EplbPolicy policy,
      EpTopology topology,
      ExpertTable table,
      ExpertWorkload workload,
      MigrationBudget budget,
      Map<String, String> options) {
    return of(
        policy,
        new RandomShapes(topology, EpRanks.nominal(topology), table, workload, budget),
        options);
  }

  static Answer of(
      EplbPolicy policy, EpTopology topology, ExpertTable table, ExpertWorkload workload) {
    return of(policy, topology, table, workload, MigrationBudget.UNLIMITED, Map.of());
  }

  /** One layer from the engine's initial layout with the given expert loads. */
  static Answer ofLoads(EplbPolicy policy, EpTopology topology, double... loads) {
    ExpertTable table = ExpertTable.initial(1, topology);
    return of(policy, topology, table, ExpertWorkload.ofExpertLoads(table, loads));
  }

  int[] row(int layer) {
    int[] row = new int[topology.physicalExperts()];
    rebalance.newPlacement().copyLayer(layer, row, 0);
    return row;
  }

  int[] currentRow(int layer) {
    int[] row = new int[topology.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return row;
  }

  /** Returns a layer's loads, scaled so that PAR can be measured even if they are subnormal. */
  double[] loads(int layer) {
    double[] loads = new double[topology.experts()];
    workload.expertLoads(table, layer, loads, 0);
    LoadScale.normalize(loads);
    return loads;
  }

  double parBefore(int layer) {
    return LayerBalance.of(table, layer, loads(layer), ranks).peakToAverage();
  }

  double parAfter(int layer) {
    return LayerBalance.of(row(layer), loads(layer), ranks).peakToAverage();
  }

  int moved(int layer) {
    return PlacementRules.expertsMoved(proposal(layer));
  }

  /** Returns the breaches of rules P2 to P6, in all layers. */
  List<Breach> breaches() {
    List<Breach> breaches = new ArrayList<>();
    for (int layer = 0; layer < table.layers(); layer++) {
      @Nullable Breach breach = PlacementRules.standard().firstBreach(proposal(layer));
      if (breach != null) {
        breaches.add(breach);
      }
    }
    return breaches;
  }

  private LayerProposal proposal(int layer) {
    boolean marked = false;
    for (int listed : rebalance.layerPriority()) {
      marked |= listed == layer;
    }
    LayerProposal proposal = new LayerProposal(topology, ranks, budget);
    proposal.load(layer, table, rebalance.newPlacement(), marked);
    return proposal;
  }
}
