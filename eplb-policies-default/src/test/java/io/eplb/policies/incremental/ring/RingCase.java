package io.eplb.policies.incremental.ring;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Random;

/** A layer in the initial layout with random loads, its ranks and its forecast. */
final class RingCase {
  final EpTopology topology;
  final EpRanks inTable;
  final LivingRanks ranks;
  final double[] loads;
  final LoadForecast forecast;
  final LayerState state;

  RingCase(EpTopology topology, long seed) {
    this(topology, EpRanks.nominal(topology), seed, 0, 1.0);
  }

  RingCase(EpTopology topology, long seed, int expert, double load) {
    this(topology, EpRanks.nominal(topology), seed, expert, load);
  }

  RingCase(EpTopology topology, EpRanks inTable, long seed) {
    this(topology, inTable, seed, 0, 1.0);
  }

  private RingCase(EpTopology topology, EpRanks inTable, long seed, int hot, double load) {
    this(topology, inTable, lognormal(topology.experts(), seed, hot, load));
  }

  RingCase(EpTopology topology, double[] loads) {
    this(topology, EpRanks.nominal(topology), loads);
  }

  private RingCase(EpTopology topology, EpRanks inTable, double[] loads) {
    ExpertTable table = ExpertTable.initial(1, topology);
    this.topology = topology;
    this.inTable = inTable;
    this.ranks = new LivingRanks(topology, inTable);
    this.loads = loads;
    this.forecast = new LoadForecast(loads.length, ranks.ranks(), 1, 0.2);
    forecast.learn(table, ExpertWorkload.ofExpertLoads(table, loads), 0, loads, 0.0);
    this.state = new LayerState(ranks, forecast, 1.0);
    state.start(initialRow(), 12.0);
  }

  private static double[] lognormal(int experts, long seed, int hot, double load) {
    Random random = new Random(seed);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = Math.exp(0.6 * random.nextGaussian());
    }
    loads[hot] = load;
    return loads;
  }

  int[] initialRow() {
    int[] row = new int[topology.physicalExperts()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % topology.experts();
    }
    return row;
  }

  int[] row() {
    int[] row = new int[topology.physicalExperts()];
    state.current().copyTo(row);
    return row;
  }
}
