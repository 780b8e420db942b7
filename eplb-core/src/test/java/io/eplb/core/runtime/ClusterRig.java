package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.cluster.Leadership;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.load.Weighting;
import io.eplb.core.record.CommitRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Planners and ranks of many processes in one thread: two layers of eight experts on four ranks of
 * three slots. Each round every rank runs one step, and a millisecond passes. One expert is hot,
 * another one whenever the test says so; the policy gives it a slot on every rank.
 */
final class ClusterRig {
  static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);
  static final int LAYERS = 2;
  static final int COLLECTION = 20;
  static final int EXPERT_BYTES = 64;

  private static final Duration ROUND = Duration.ofMillis(1);

  final SimulatedGroup group = new SimulatedGroup();
  final Arrow arrow = new Arrow();
  final CommitRecord record;
  final InMemoryWeights weights;
  final List<CycleReport> reports = new ArrayList<>();

  /** The windows of the policy's questions: layers × experts tokens. */
  final List<double[]> windows = new ArrayList<>();

  private final HandDrivenThreads rankThreads = new HandDrivenThreads();
  private final SimulatedAgent[] agents = new SimulatedAgent[TOPOLOGY.ranks()];
  private final Map<Long, Long> versions = new HashMap<>();
  private long memberIds;
  private int hot;

  /** The tokens that ranks had counted when the policy was last asked. */
  private double[] countedAtLastQuestion = new double[LAYERS * TOPOLOGY.experts()];

  private final List<PlannerProcess> planners = new ArrayList<>();

  /** The planner that was elected last. */
  PlannerProcess planner;

  ClusterRig() {
    ExpertTable first = ExpertTable.initial(LAYERS, TOPOLOGY);
    record = SimulatedRecord.of(first);
    weights = new InMemoryWeights(first, 4, EXPERT_BYTES, Runnable::run);
    planner = elect(1);
  }

  /** Starts ranks that have not started yet. */
  ClusterRig startRanks(int... ranks) {
    for (int rank : ranks) {
      start(rank, false);
    }
    return this;
  }

  private void start(int rank, boolean fresh) {
    long fastest =
        Arrays.stream(agents)
            .filter(agent -> agent != null)
            .mapToLong(SimulatedAgent::nextStep)
            .max()
            .orElse(0);
    agents[rank] =
        new SimulatedAgent(rank, ++memberIds, weights, record, rankThreads, fastest, fresh);
    group.add(agents[rank].member());
  }

  SimulatedAgent agent(int rank) {
    return agents[rank];
  }

  /** Kills a rank; the group notices if the test says so, by {@link #noticeDeath}. */
  void kill(int rank) {
    agents[rank].kill();
  }

  void noticeDeath(int rank) {
    group.remove(agents[rank].member());
  }

  /** Starts a dead rank again, from the record. */
  void restart(int rank) {
    weights.restart(rank);
    start(rank, true);
  }

  /** Makes another expert hot. */
  void heatNext() {
    hot = (hot + 1) % TOPOLOGY.experts();
  }

  /** Returns the tokens of a step: 12,000 for the hot expert, 120 for each other one. */
  double[] tokensPerStep() {
    double[] tokens = new double[LAYERS * TOPOLOGY.experts()];
    for (int index = 0; index < tokens.length; index++) {
      tokens[index] = index % TOPOLOGY.experts() == hot ? 12_000 : 120;
    }
    return tokens;
  }

  /** Lets ranks run steps and everything happen that comes of it. */
  void serve(int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (SimulatedAgent agent : agents) {
        if (agent != null) {
          agent.serve(versions, tokensPerStep());
        }
      }
      pass(ROUND);
    }
  }

  /** Lets time pass without any step. */
  void pass(Duration time) {
    rankThreads.pass(time);
    for (PlannerProcess each : List.copyOf(planners)) {
      if (each.alive) {
        each.threads.pass(time);
      }
    }
    rankThreads.pass(Duration.ZERO);
  }

  RuntimePhase phase() {
    return planner.runtime().state().balance().phase();
  }

  CycleReport lastReport() {
    return reports.get(reports.size() - 1);
  }

  /** Makes an expert hot that is not on every rank, and asserts that it comes there. */
  void assertNextUpdateIsCommitted() {
    do {
      heatNext();
    } while (hotIsEverywhere());
    long before = record.latest().version();
    for (int round = 0; round < 20_000 && !hotIsEverywhere(); round++) {
      serve(1);
    }
    assertTrue(hotIsEverywhere(), () -> "cycles: " + reports + ", " + planner.runtime().state());
    assertTrue(record.latest().version() > before);
    servePastTheFence();
    ExpertTable table = planner.runtime().table();
    assertEquals(record.table().toCompletableFuture().join().table(), table);
    weights.verify(table);
  }

  /** Serves until all ranks have carried out what is committed. */
  void servePastTheFence() {
    for (int round = 0; round < 20_000 && !allAreBeyondTheFence(); round++) {
      serve(1);
    }
    serve(20);
  }

  private boolean allAreBeyondTheFence() {
    long fence = record.latest().fence();
    return Arrays.stream(agents).allMatch(agent -> agent.nextStep() > fence);
  }

  private boolean hotIsEverywhere() {
    ExpertTable table = record.table().toCompletableFuture().join().table();
    for (int layer = 0; layer < LAYERS; layer++) {
      if (table.replicaCount(layer, hot) < TOPOLOGY.ranks()) {
        return false;
      }
    }
    return true;
  }

  /** Asserts that the windows together have every token that was counted since then, once. */
  void assertWindowsHoldAllTokensSince(double[] beginning) {
    double[] sum = beginning.clone();
    for (double[] window : windows) {
      for (int index = 0; index < sum.length; index++) {
        sum[index] += window[index];
      }
    }
    assertArrayEquals(countedAtLastQuestion, sum, 1e-6);
  }

  /** Returns the tokens that the ranks' present starts have counted so far. */
  double[] counted() {
    double[] sum = new double[LAYERS * TOPOLOGY.experts()];
    for (SimulatedAgent agent : agents) {
      double[] tokens = agent.tokens();
      for (int index = 0; index < sum.length; index++) {
        sum[index] += tokens[index];
      }
    }
    return sum;
  }

  /** Elects a planner; it has to be started. */
  final PlannerProcess elect(long epoch) {
    PlannerProcess elected = new PlannerProcess(epoch);
    planners.add(elected);
    planner = elected;
    return elected;
  }

  /** A process that leads, or once did. */
  final class PlannerProcess implements Leadership {
    final HandDrivenThreads threads = new HandDrivenThreads();
    final SimulatedRecord access = SimulatedRecord.ofPlanner(record, arrow, () -> this.alive);
    private final long epoch;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private boolean alive = true;
    CompletableFuture<ClusterRuntime> starting = new CompletableFuture<>();

    PlannerProcess(long epoch) {
      this.epoch = epoch;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public CompletionStage<Void> lost() {
      return lost;
    }

    void loseLeadership() {
      lost.complete(null);
    }

    /** Dies: nothing that it does has an effect any more. */
    void kill() {
      alive = false;
    }

    PlannerProcess start() {
      begin();
      threads.runAll();
      runtime();
      return this;
    }

    /** Returns the runtime, whose start has to be over. */
    ClusterRuntime runtime() {
      assertTrue(starting.isDone(), "it has not started");
      return starting.join();
    }

    /** Begins to start; the test lets the rest happen. */
    void begin() {
      starting =
          ClusterRuntime.builder(
                  EplbConfig.defaults()
                      .with(Settings.DYNAMIC_EPLB, true)
                      .with(Settings.HEAT_COLLECTION_INTERVAL, (long) COLLECTION)
                      .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 10L),
                  TOPOLOGY,
                  EXPERT_BYTES,
                  member -> connection(member.rank()))
              .settings(
                  RuntimeSettings.defaults()
                      .withContract(ContractSettings.defaults().withProcessors(1))
                      .withWeighting(Weighting.last())
                      .withBenefit(new BenefitSettings(0.0, 0.0)))
              .reportInterval(ROUND)
              .policy(HotEverywhere::new)
              .listener(reports::add)
              .start(group, this, access, () -> threads)
              .toCompletableFuture();
    }

    private RankConnection connection(int rank) {
      return agents[rank].connection(arrow, () -> alive);
    }
  }

  /** Gives the hottest expert of each layer a slot on every rank. */
  private final class HotEverywhere implements EplbPolicy {
    @Override
    public String name() {
      return "hot-everywhere";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      windows.add(window(table, workload));
      countedAtLastQuestion = counted();
      Placement.Builder rows = Placement.builder(table);
      for (int layer = 0; layer < table.layers(); layer++) {
        rows.setLayer(layer, row(hottest(layer)), 0);
      }
      return Rebalance.of(true, new int[] {1, 0}, rows.build());
    }

    private double[] window(ExpertTable table, ExpertWorkload workload) {
      double[] window = new double[LAYERS * TOPOLOGY.experts()];
      int last = workload.windows() - 1;
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int slot = 0; slot < table.physicalExperts(); slot++) {
          int rank = slot / table.slotsPerRank();
          int within = slot % table.slotsPerRank();
          window[layer * TOPOLOGY.experts() + table.expertAt(layer, rank, within)] +=
              workload.tokens(last, layer, rank, within);
        }
      }
      return window;
    }

    private int hottest(int layer) {
      double[] last = windows.get(windows.size() - 1);
      int hottest = 0;
      for (int expert = 1; expert < TOPOLOGY.experts(); expert++) {
        int first = layer * TOPOLOGY.experts();
        hottest = last[first + expert] > last[first + hottest] ? expert : hottest;
      }
      return hottest;
    }

    private int[] row(int hottest) {
      int[] row = new int[TOPOLOGY.ranks() * 3];
      int other = hottest;
      for (int slot = 0; slot < row.length; slot++) {
        if (slot % 3 == 0) {
          row[slot] = hottest;
        } else {
          other = (other + 1) % TOPOLOGY.experts();
          if (other == hottest) {
            other = (other + 1) % TOPOLOGY.experts();
          }
          row[slot] = other;
        }
      }
      return row;
    }
  }
}
