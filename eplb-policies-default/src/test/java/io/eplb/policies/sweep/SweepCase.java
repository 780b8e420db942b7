package io.eplb.policies.sweep;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One case of the sweep: {@value #LAYERS} layers of a shape, drawn by the seed.
 *
 * @param shape the group of ranks
 * @param loads the kind of load
 * @param table the kind of table to start from
 * @param seed the seed of tables and loads
 */
record SweepCase(SweepShape shape, SweepLoads loads, SweepTable table, long seed) {
  static final int LAYERS = 3;

  /** Returns every shape with every kind of load, the tables in turn. */
  static List<SweepCase> all() {
    List<SweepCase> cases = new ArrayList<>();
    SweepTable[] tables = SweepTable.values();
    int turn = 0;
    for (SweepShape shape : SweepShape.values()) {
      for (SweepLoads loads : SweepLoads.values()) {
        cases.add(new SweepCase(shape, loads, tables[turn++ % tables.length], cases.size()));
      }
      turn++; // so that a kind of load does not meet the same table every time
    }
    return cases;
  }

  /** Returns the PAR of a policy's answer, per layer. */
  double[] peakToAverage(EplbPolicy policy, Map<String, String> options) {
    Random random = new Random(seed);
    ExpertTable current = table.draw(shape.topology(), LAYERS, random);
    double[] tokens = tokens(random);
    return peakToAverage(answer(policy, options, current, tokens).newPlacement(), tokens);
  }

  /** Returns the faults of a policy's answer: broken rules, and layers made worse. */
  List<String> faults(EplbPolicy policy, boolean mayBeWorse) {
    EpTopology topology = shape.topology();
    Random random = new Random(seed);
    ExpertTable current = table.draw(topology, LAYERS, random);
    double[] tokens = tokens(random);
    Rebalance answer = answer(policy, Map.of(), current, tokens);
    List<String> faults = new ArrayList<>();
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    double[] before = peakToAverage(current.placement(), tokens);
    double[] after = peakToAverage(answer.newPlacement(), tokens);
    for (int layer = 0; layer < LAYERS; layer++) {
      int index = layer;
      boolean marked = Arrays.stream(answer.layerPriority()).anyMatch(listed -> listed == index);
      proposal.load(layer, current, answer.newPlacement(), marked);
      @Nullable Breach breach = PlacementRules.standard().firstBreach(proposal);
      // A layer that stays as it is keeps the duplicates that it came with.
      if (breach != null && !current.sameLayer(layer, answer.newPlacement())) {
        faults.add(policy.name() + ", " + this + ", layer " + layer + ": " + breach);
      }
      if (!mayBeWorse && !(after[layer] <= before[layer] * (1 + 1e-9))) {
        faults.add(
            "%s, %s, layer %d: %s -> %s"
                .formatted(policy.name(), this, layer, before[layer], after[layer]));
      }
    }
    return faults;
  }

  private double[] tokens(Random random) {
    int experts = shape.topology().experts();
    double[] tokens = new double[LAYERS * experts];
    for (int layer = 0; layer < LAYERS; layer++) {
      System.arraycopy(loads.draw(experts, random), 0, tokens, layer * experts, experts);
    }
    return tokens;
  }

  private Rebalance answer(
      EplbPolicy policy, Map<String, String> options, ExpertTable current, double[] tokens) {
    PolicyContext context =
        PolicyContext.builder(shape.topology())
            .options(PolicyOptions.parse(policy.options(), options))
            .build();
    return policy.rebalanceExperts(current, ExpertWorkload.ofExpertLoads(current, tokens), context);
  }

  private double[] peakToAverage(Placement answer, double[] tokens) {
    EpTopology topology = shape.topology();
    double[] ratios = new double[LAYERS];
    int[] row = new int[topology.physicalExperts()];
    for (int layer = 0; layer < LAYERS; layer++) {
      answer.copyLayer(layer, row, 0);
      double[] layerLoads =
          Arrays.copyOfRange(tokens, layer * topology.experts(), (layer + 1) * topology.experts());
      ratios[layer] =
          LayerBalance.of(row, loads.scaled(layerLoads), topology.ranks()).peakToAverage();
    }
    return ratios;
  }
}
