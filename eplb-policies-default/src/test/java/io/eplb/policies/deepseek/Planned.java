package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.LayerRunner;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import java.util.Map;

/** The answer of a policy to loads measured under the engine's initial layout. */
final class Planned {
  final ExpertTable current;
  final EpTopology topology;
  final Rebalance answer;
  private final double[] loads;

  private Planned(ExpertTable current, EpTopology topology, double[] loads, Rebalance answer) {
    this.current = current;
    this.topology = topology;
    this.loads = loads;
    this.answer = answer;
  }

  static Planned by(EplbPolicy policy, EpTopology topology, double[] loads) {
    return by(policy, topology, loads, Map.of(), LayerRunner.sequential());
  }

  static Planned exactly(EplbPolicy policy, EpTopology topology, double[] loads) {
    return by(policy, topology, loads, Map.of("exact-reference", "true"), LayerRunner.sequential());
  }

  static Planned by(
      EplbPolicy policy,
      EpTopology topology,
      double[] loads,
      Map<String, String> options,
      LayerRunner runner) {
    ExpertTable current = ExpertTable.initial(loads.length / topology.experts(), topology);
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.parse(policy.options(), options))
            .layerRunner(runner)
            .build();
    return new Planned(
        current,
        topology,
        loads,
        policy.rebalanceExperts(current, ExpertWorkload.ofExpertLoads(current, loads), context));
  }

  int layers() {
    return current.layers();
  }

  ExpertTable table() {
    return ExpertTable.of(1, topology.experts(), answer.newPlacement());
  }

  int[] row(int layer) {
    int[] row = new int[topology.physicalExperts()];
    answer.newPlacement().copyLayer(layer, row, 0);
    return row;
  }

  double[] loads(int layer) {
    int experts = topology.experts();
    return Arrays.copyOfRange(loads, layer * experts, (layer + 1) * experts);
  }

  double peakToAverage(int layer) {
    return LayerBalance.of(row(layer), loads(layer), topology.ranks()).peakToAverage();
  }

  double meanPeakToAverage() {
    double sum = 0.0;
    for (int layer = 0; layer < layers(); layer++) {
      sum += peakToAverage(layer);
    }
    return sum / layers();
  }

  int duplicates(int layer) {
    return duplicates(row(layer), topology.slotsPerRank());
  }

  /** Counts the slots whose expert is on the same rank already. */
  static int duplicates(int[] row, int slotsPerRank) {
    int duplicates = 0;
    for (int first = 0; first < row.length; first += slotsPerRank) {
      duplicates +=
          slotsPerRank - (int) Arrays.stream(row, first, first + slotsPerRank).distinct().count();
    }
    return duplicates;
  }
}
