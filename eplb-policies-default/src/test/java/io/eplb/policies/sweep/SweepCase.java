package io.eplb.policies.sweep;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One case of the sweep: {@value #LAYERS} layers of a shape, drawn by the seed.
 *
 * @param shape the group of ranks
 * @param loads the kind of load
 * @param table the kind of table to start from
 * @param seed which draws tables and loads
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

  /** Returns the PAR of what a policy answers, per layer. */
  double[] peakToAverage(EplbPolicy policy, Map<String, String> options) {
    EpTopology topology = shape.topology();
    Random random = new Random(seed);
    ExpertTable current = table.draw(topology, LAYERS, random);
    double[] tokens = new double[LAYERS * topology.experts()];
    for (int layer = 0; layer < LAYERS; layer++) {
      System.arraycopy(
          loads.draw(topology.experts(), random),
          0,
          tokens,
          layer * topology.experts(),
          topology.experts());
    }
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.parse(policy.options(), options))
            .build();
    Placement answer =
        policy
            .rebalanceExperts(current, ExpertWorkload.ofExpertLoads(current, tokens), context)
            .newPlacement();
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
