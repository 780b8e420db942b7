package io.eplb.api.kit;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A case that a policy is asked about: a cluster, what it holds, what was measured, and how often
 * the policy is asked in a row. Everything follows from these values, so a case can be made again
 * and made smaller. What a layer holds depends on the seed and its own number alone, so a case with
 * fewer layers keeps the layers that remain as they were.
 *
 * @param seed what everything random follows from, and the context's seed
 * @param topology the cluster
 * @param ranksKind its ranks as they are
 * @param firstLayer the number of the first layer
 * @param layers how many layers, 1 or more
 * @param windows how many windows the workload has, 1 or more
 * @param calls how often the policy is asked, each time with the table that its last answer led to
 * @param tableKind what the layers hold at first
 * @param loadKind what was measured
 * @param twist a change to the loads that a comparison makes
 * @param budget how much may move
 * @param dispatch how the engine divides tokens among replicas
 */
record Scenario(
    long seed,
    EpTopology topology,
    RanksKind ranksKind,
    int firstLayer,
    int layers,
    int windows,
    int calls,
    TableKind tableKind,
    LoadKind loadKind,
    LoadTwist twist,
    MigrationBudget budget,
    Dispatch dispatch) {
  private static final int MOST_NAMED = 100;

  /** Makes the ranks as they are. */
  EpRanks ranks() {
    return ranksKind.of(topology, seed);
  }

  /** Makes the table in force at the first call. */
  ExpertTable firstTable() {
    EpRanks ranks = ranks();
    Placement.Builder builder =
        Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    for (int layer = 0; layer < layers; layer++) {
      int[] held =
          tableKind.row(topology.experts(), ranks.physicalUsable(), random(1, layer, 0, 0));
      int next = 0;
      for (int rank = 0; rank < topology.ranks(); rank++) {
        for (int slot = 0; slot < ranks.usableSlots(rank); slot++) {
          builder.set(layer, rank, slot, held[next++]);
        }
      }
    }
    return ExpertTable.of(1, topology.experts(), builder.build());
  }

  /** Makes what was measured under a table before a call; no window is measured twice. */
  ExpertWorkload workload(ExpertTable table, int call) {
    int experts = topology.experts();
    double[] loads = new double[windows * layers * experts];
    double[] row = new double[experts];
    for (int window = 0; window < windows; window++) {
      for (int layer = 0; layer < layers; layer++) {
        loadKind.fill(row, firstLayer + layer, random(2, layer, window, call));
        twist.apply(row, firstLayer + layer, window);
        System.arraycopy(row, 0, loads, (window * layers + layer) * experts, experts);
      }
    }
    return ExpertWorkload.ofExpertLoads(table, windows, loads).withWindowIds((long) call * windows);
  }

  /** Starts the context of a call. */
  PolicyContext.Builder context(PolicyOptions options) {
    return PolicyContext.builder(topology)
        .ranks(ranks())
        .seed(seed)
        .migrationBudget(budget)
        .dispatch(dispatch)
        .options(options);
  }

  private Random random(int purpose, int layer, int window, int call) {
    long mixed = seed;
    for (int part : new int[] {purpose, firstLayer + layer, window, call}) {
      mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L;
      mixed ^= mixed >>> 32;
    }
    return new Random(mixed);
  }

  /** Lists smaller and simpler cases of the same seed, the greatest steps first. */
  List<Scenario> simpler() {
    List<Scenario> simpler = new ArrayList<>();
    if (layers > 1) {
      int half = layers / 2;
      simpler.add(withLayers(firstLayer, half));
      simpler.add(withLayers(firstLayer + half, layers - half));
    }
    if (calls > 1) {
      simpler.add(with(topology, ranksKind, windows, 1, tableKind, loadKind, budget));
      simpler.add(with(topology, ranksKind, windows, calls - 1, tableKind, loadKind, budget));
    }
    if (windows > 1) {
      simpler.add(with(topology, ranksKind, 1, calls, tableKind, loadKind, budget));
    }
    if (!budget.equals(MigrationBudget.UNLIMITED)) {
      simpler.add(
          with(
              topology, ranksKind, windows, calls, tableKind, loadKind, MigrationBudget.UNLIMITED));
    }
    if (dispatch != Dispatch.EVEN) {
      simpler.add(with(Dispatch.EVEN));
    }
    for (RanksKind kind : RanksKind.values()) {
      if (kind.compareTo(ranksKind) < 0) {
        simpler.add(with(topology, kind, windows, calls, tableKind, loadKind, budget));
      }
    }
    addSmallerClusters(simpler);
    for (TableKind kind : TableKind.values()) {
      if (kind.compareTo(tableKind) < 0) {
        simpler.add(with(topology, ranksKind, windows, calls, kind, loadKind, budget));
      }
    }
    for (LoadKind kind : LoadKind.values()) {
      if (kind.compareTo(loadKind) < 0) {
        simpler.add(with(topology, ranksKind, windows, calls, tableKind, kind, budget));
      }
    }
    return simpler;
  }

  private void addSmallerClusters(List<Scenario> simpler) {
    int experts = topology.experts();
    int ranks = topology.ranks();
    int nodes = topology.nodes();
    int groups = topology.expertGroups();
    int slots = topology.slotsPerRank();
    addIfPossible(simpler, experts, ranks, 1, 1, slots);
    addIfPossible(simpler, experts, ranks, 1, groups, slots);
    addIfPossible(simpler, experts, ranks, nodes, 1, slots);
    addIfPossible(simpler, experts / 2, ranks / 2, nodes, groups, slots);
    addIfPossible(simpler, experts / 2, ranks, nodes, groups, slots / 2);
    addIfPossible(simpler, experts / 2, ranks, nodes, groups, slots);
    addIfPossible(simpler, experts, ranks / 2, nodes, groups, slots);
    addIfPossible(simpler, experts, ranks, nodes, groups, slots / 2);
    addIfPossible(simpler, experts - groups, ranks - nodes, nodes, groups, slots);
    addIfPossible(simpler, experts - groups, ranks, nodes, groups, slots - 1);
    addIfPossible(simpler, experts - groups, ranks, nodes, groups, slots);
    addIfPossible(simpler, experts, ranks - nodes, nodes, groups, slots);
    addIfPossible(simpler, experts, ranks, nodes, groups, slots - 1);
  }

  private void addIfPossible(
      List<Scenario> simpler, int experts, int ranks, int nodes, int groups, int slots) {
    EpTopology smaller;
    try {
      smaller = EpTopology.of(experts, ranks, nodes, groups, slots);
    } catch (InvalidInputException impossible) {
      return;
    }
    if (!smaller.equals(topology)) {
      simpler.add(with(smaller, ranksKind, windows, calls, tableKind, loadKind, budget));
    }
  }

  private Scenario withLayers(int first, int count) {
    return new Scenario(
        seed, topology, ranksKind, first, count, windows, calls, tableKind, loadKind, twist, budget,
        dispatch);
  }

  /** Returns this case with other ranks. */
  Scenario with(RanksKind newRanks) {
    return with(topology, newRanks, windows, calls, tableKind, loadKind, budget);
  }

  /** Returns this case with another dispatch. */
  Scenario with(Dispatch newDispatch) {
    return new Scenario(
        seed,
        topology,
        ranksKind,
        firstLayer,
        layers,
        windows,
        calls,
        tableKind,
        loadKind,
        twist,
        budget,
        newDispatch);
  }

  /** Returns this case with a change to its loads. */
  Scenario with(LoadTwist newTwist) {
    return new Scenario(
        seed,
        topology,
        ranksKind,
        firstLayer,
        layers,
        windows,
        calls,
        tableKind,
        loadKind,
        newTwist,
        budget,
        dispatch);
  }

  /** Returns the greatest PAR of its layers before the first call. */
  double greatestPeakToAverage() {
    ExpertTable table = firstTable();
    ExpertWorkload workload = workload(table, 0);
    double[] loads = new double[topology.experts()];
    double greatest = 1.0;
    for (int layer = 0; layer < layers; layer++) {
      workload.expertLoads(table, layer, loads, 0);
      greatest = Math.max(greatest, LayerBalance.of(table, layer, loads, ranks()).peakToAverage());
    }
    return greatest;
  }

  private Scenario with(
      EpTopology newTopology,
      RanksKind newRanks,
      int newWindows,
      int newCalls,
      TableKind newTable,
      LoadKind newLoad,
      MigrationBudget newBudget) {
    return new Scenario(
        seed,
        newTopology,
        newRanks,
        firstLayer,
        layers,
        newWindows,
        newCalls,
        newTable,
        newLoad,
        twist,
        newBudget,
        dispatch);
  }

  @Override
  public String toString() {
    return counted(layers, "layer")
        + " of "
        + counted(topology.experts(), "expert")
        + " on "
        + counted(topology.ranks(), "rank")
        + " × "
        + counted(topology.slotsPerRank(), "slot")
        + ", "
        + counted(topology.nodes(), "node")
        + ", "
        + counted(topology.expertGroups(), "group")
        + ", "
        + counted(windows, "window")
        + ", "
        + counted(calls, "call")
        + ", table "
        + tableKind
        + ", load "
        + loadKind
        + ", at most "
        + (budget.maxMovesPerLayer() == 0
            ? "any moves"
            : counted(budget.maxMovesPerLayer(), "move"))
        + " per layer and "
        + limit(budget.maxMovesPerRank())
        + " per rank"
        + (dispatch == Dispatch.EVEN ? "" : ", dispatch " + dispatch.label())
        + unequalRanks();
  }

  /** Names the ranks that are not as the others, at most as many as fit into a line. */
  private String unequalRanks() {
    EpRanks ranks = ranks();
    StringBuilder named = new StringBuilder();
    int others = 0;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      boolean whole = ranks.usableSlots(rank) == ranks.slotsPerRank();
      if (whole && ranks.speed(rank) == 1.0) {
        continue;
      }
      if (named.length() > MOST_NAMED) {
        others++;
        continue;
      }
      named.append(", rank ").append(rank);
      if (!ranks.living(rank)) {
        named.append(" dead");
        continue;
      }
      named.append(whole ? "" : " with " + counted(ranks.usableSlots(rank), "slot"));
      named.append(ranks.speed(rank) == 1.0 ? "" : " at speed " + ranks.speed(rank));
    }
    return named + (others == 0 ? "" : " and " + others + " more");
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static String limit(int moves) {
    return moves == 0 ? "any" : Integer.toString(moves);
  }
}
