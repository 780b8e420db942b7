package io.eplb.api.kit;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The cases of one run: shapes and loads at the edges of what is allowed, then random ones. */
final class Scenarios {
  private static final EpTopology COMMON = EpTopology.of(16, 4, 2, 4, 5);

  private static final int UNDER_EACH_DISPATCH = 60;

  /** Experts, ranks, nodes, groups, slots per rank, layers. */
  private static final List<Shape> EDGES =
      List.of(
          new Shape("one of everything", EpTopology.of(1, 1, 1, 1, 1), 1),
          new Shape("one rank", EpTopology.of(8, 1, 1, 2, 8), 2),
          new Shape("one rank with duplicates", EpTopology.of(8, 1, 1, 1, 10), 2),
          new Shape("one slot per rank", EpTopology.of(4, 4, 2, 2, 1), 3),
          new Shape("one slot per rank, replicas", EpTopology.of(4, 8, 2, 4, 1), 3),
          new Shape("no spare slot", EpTopology.of(16, 4, 2, 4, 4), 3),
          new Shape("every rank holds every expert", EpTopology.of(5, 3, 1, 1, 5), 2),
          new Shape("every rank holds its node's experts", EpTopology.of(8, 4, 2, 4, 4), 2),
          new Shape("more slots than experts", EpTopology.of(2, 4, 2, 2, 5), 2),
          new Shape("more slots than a node's experts", EpTopology.of(9, 3, 3, 9, 4), 2),
          new Shape("nodes that do not divide groups", EpTopology.of(6, 4, 2, 3, 2), 3),
          new Shape("odd numbers", EpTopology.of(15, 9, 3, 5, 2), 3),
          new Shape("one rank per node", EpTopology.of(14, 7, 7, 7, 3), 2),
          new Shape("one group", EpTopology.of(13, 6, 3, 1, 4), 3),
          new Shape("one expert on many ranks", EpTopology.of(1, 24, 4, 1, 1), 2),
          new Shape("few experts on many ranks", EpTopology.of(3, 96, 1, 1, 1), 2),
          new Shape("hundreds of ranks", EpTopology.of(64, 256, 16, 16, 2), 1),
          new Shape("a large layer", EpTopology.of(256, 32, 4, 8, 9), 1),
          new Shape("many layers", EpTopology.of(8, 4, 1, 1, 3), 64));

  private record Shape(String name, EpTopology topology, int layers) {}

  private final List<Scenario> all = new ArrayList<>();
  private final Random random;

  private Scenarios(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Returns all cases that follow from a seed.
   *
   * @param rounds how many random cases follow those at the edges, 0 or more
   * @param further shapes that are tried beside those at the edges
   */
  static List<Scenario> of(long seed, int rounds, List<EpTopology> further) {
    Scenarios scenarios = new Scenarios(seed);
    scenarios.addEdges();
    scenarios.addContents();
    scenarios.addBudgets();
    for (int round = 0; round < rounds; round++) {
      scenarios.addRandom();
    }
    for (EpTopology topology : further) {
      scenarios.addContentsOf(new Shape("asked for", topology, 2));
    }
    scenarios.addUnequalRanks();
    scenarios.addDispatches();
    return List.copyOf(scenarios.all);
  }

  /** Returns some of the cases, evenly spread, for checks that ask the policy many times. */
  static List<Scenario> some(List<Scenario> cases, int count) {
    List<Scenario> some = new ArrayList<>();
    for (int index = 0; index < Math.min(count, cases.size()); index++) {
      some.add(cases.get((int) ((long) index * cases.size() / Math.min(count, cases.size()))));
    }
    return some;
  }

  private void addEdges() {
    EDGES.forEach(this::addContentsOf);
  }

  private void addContentsOf(Shape shape) {
    add(shape.topology, shape.layers, 1, 1, TableKind.INITIAL, LoadKind.SKEWED, 0, 0);
    add(shape.topology, shape.layers, 3, 2, TableKind.SHUFFLED, LoadKind.RANDOM_COUNTS, 0, 0);
    add(shape.topology, shape.layers, 1, 1, TableKind.WITH_DUPLICATES, LoadKind.ALL_ZERO, 0, 0);
    add(shape.topology, shape.layers, 1, 1, any(TableKind.values()), any(LoadKind.values()), 2, 1);
  }

  private void addContents() {
    for (LoadKind load : LoadKind.values()) {
      for (TableKind table : TableKind.values()) {
        add(COMMON, 2, 1 + random.nextInt(3), 2, table, load, 0, 0);
      }
    }
  }

  private void addBudgets() {
    for (int[] limits : new int[][] {{1, 0}, {0, 1}, {2, 1}, {3, 3}, {100, 2}}) {
      for (TableKind table : TableKind.values()) {
        add(COMMON, 3, 1, 3, table, LoadKind.SKEWED, limits[0], limits[1]);
        add(COMMON, 3, 1, 1, table, LoadKind.ONE_HOT_EXPERT, limits[0], limits[1]);
      }
    }
  }

  private void addUnequalRanks() {
    for (RanksKind ranks : RanksKind.values()) {
      if (ranks == RanksKind.EQUAL) {
        continue;
      }
      for (TableKind table : TableKind.values()) {
        add(COMMON, ranks, 2, 1, 1, table, LoadKind.SKEWED, 0, 0);
        add(COMMON, ranks, 2, 2, 3, table, LoadKind.RANDOM_COUNTS, 0, 0);
        add(COMMON, ranks, 2, 1, 2, table, any(LoadKind.values()), 2, 1);
      }
      for (Shape shape : EDGES) {
        add(
            shape.topology,
            ranks,
            Math.min(3, shape.layers),
            1,
            1,
            any(TableKind.values()),
            any(LoadKind.values()),
            0,
            0);
      }
    }
  }

  /** Repeats some of the cases under every other dispatch. */
  private void addDispatches() {
    List<Scenario> even = some(all, UNDER_EACH_DISPATCH);
    for (Dispatch dispatch : Dispatch.values()) {
      if (dispatch != Dispatch.EVEN) {
        even.forEach(scenario -> all.add(scenario.with(dispatch)));
      }
    }
  }

  private void addRandom() {
    int nodes = 1 + random.nextInt(4);
    int ranks = nodes * (1 + random.nextInt(6));
    int groups = random.nextBoolean() ? nodes * (1 + random.nextInt(2)) : 1 + random.nextInt(6);
    int experts = groups * (1 + random.nextInt(8));
    int slots = (experts + ranks - 1) / ranks + random.nextInt(4);
    boolean limited = random.nextInt(3) == 0;
    add(
        EpTopology.of(experts, ranks, nodes, groups, slots),
        1 + random.nextInt(4),
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        any(TableKind.values()),
        any(LoadKind.values()),
        limited ? 1 + random.nextInt(8) : 0,
        limited ? random.nextInt(3) : 0);
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private void add(
      EpTopology topology,
      int layers,
      int windows,
      int calls,
      TableKind table,
      LoadKind load,
      int maxMovesPerLayer,
      int maxMovesPerRank) {
    add(
        topology,
        RanksKind.EQUAL,
        layers,
        windows,
        calls,
        table,
        load,
        maxMovesPerLayer,
        maxMovesPerRank);
  }

  private void add(
      EpTopology topology,
      RanksKind ranks,
      int layers,
      int windows,
      int calls,
      TableKind table,
      LoadKind load,
      int maxMovesPerLayer,
      int maxMovesPerRank) {
    all.add(
        new Scenario(
            random.nextLong(),
            topology,
            ranks,
            0,
            layers,
            windows,
            calls,
            table,
            load,
            LoadTwist.NONE,
            MigrationBudget.of(maxMovesPerLayer, maxMovesPerRank),
            Dispatch.EVEN));
  }
}
