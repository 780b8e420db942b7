package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.context.EplbContext;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.Weighting;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A balance cycle whose threads, engine and updates do what the test says: two layers of eight
 * experts on four ranks, of which the first is hot.
 */
final class CycleRig implements AutoCloseable {
  static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);
  static final int LAYERS = 2;
  static final long COLLECTION = 10;
  static final long PLANNING = 5;
  static final int FAILURES = 3;
  static final long BOUND = 100;

  final HandDrivenThreads threads = new HandDrivenThreads();
  final EplbContext context = new EplbContext(ExpertTable.initial(LAYERS, TOPOLOGY));
  final List<CycleReport> reports = new ArrayList<>();
  final MapRecorder recorder;
  final BalanceCycle<GroupRepair> cycle;
  private final GuardedPolicy policy;

  /** The answers of the engine. */
  LoadSource loads = () -> List.of(new MeasuredLoad(LoadPhase.ALL, hot()));

  /** The outcome of updates; by default all layers are committed at once. */
  UpdateCall updates =
      (version, next, layers) -> CompletableFuture.completedFuture(commit(version, next, layers));

  /** The answer of an engine to an update. */
  @FunctionalInterface
  interface UpdateCall {
    CompletionStage<UpdateReport> update(long version, Placement next, int[] layers);
  }

  /** The engine, whose ranks never fail. */
  private final class RigEngine implements GroupRepair.Engine {
    @Override
    public CompletionStage<UpdateReport> update(long version, Placement next, int[] layers) {
      return updates.update(version, next, layers);
    }

    @Override
    public void rankLost(int rank) {}

    @Override
    public void rankReturned(int rank) {}

    @Override
    public boolean isAbsent(int rank) {
      return false;
    }

    @Override
    public long nextStep(int rank) {
      return 0;
    }
  }

  /** The further use of a report, beside keeping it. */
  CycleListener listener = report -> {};

  CycleRig() {
    this(true);
  }

  /** Creates a rig whose cycle may wait to be started. */
  CycleRig(boolean started) {
    this(Answer.BALANCED, new MapFile("", 0), new BenefitSettings(0.0, 0.0), FAILURES + 1, started);
  }

  CycleRig(Answer answer) {
    this(answer, new MapFile("", 0));
  }

  CycleRig(Answer answer, MapFile file) {
    this(answer, file, new BenefitSettings(0.0, 0.0), FAILURES + 1);
  }

  CycleRig(Answer answer, MapFile file, BenefitSettings benefit, int policyLimit) {
    this(answer, file, benefit, policyLimit, true);
  }

  private CycleRig(
      Answer answer, MapFile file, BenefitSettings benefit, int policyLimit, boolean started) {
    ContractSettings contract =
        ContractSettings.defaults().withProcessors(1).withFailureLimit(policyLimit);
    policy = new GuardedPolicy(() -> new AnsweringPolicy(answer), contract);
    LoadCollection collection =
        new LoadCollection(
            () -> loads.collect(),
            LoadPhase.ALL,
            LAYERS,
            TOPOLOGY.experts(),
            new LoadHistory(LAYERS, TOPOLOGY.experts(), Weighting.last()));
    recorder = new MapRecorder(file, threads);
    cycle =
        new BalanceCycle<>(
            threads,
            context,
            new CyclePlanner(
                context,
                collection,
                policy,
                TOPOLOGY,
                request -> request,
                RuntimeSettings.defaults().withBenefit(benefit),
                null),
            (version, wanted, layers) -> updates.update(version, wanted.newPlacement(), layers),
            (steps, events, expected) ->
                new GroupRepair(
                    context,
                    TOPOLOGY,
                    EpRanks.nominal(TOPOLOGY),
                    new RigEngine(),
                    steps,
                    threads.timeline(),
                    events,
                    expected),
            recorder,
            new BalanceCycle.Intervals(COLLECTION, PLANNING),
            new CircuitBreaker(FAILURES, CycleOutcome::failure),
            new Watchdog(BOUND),
            new CycleReports(
                report -> {
                  reports.add(report);
                  listener.cycleEnded(report);
                }));
    if (started) {
      cycle.start();
      threads.runEvents();
    }
  }

  /** The answer of a policy. */
  interface Answer {
    /** Gives the hot expert all redundant slots. */
    Answer BALANCED = (table, workload) -> balanced(table);

    Rebalance to(ExpertTable table, ExpertWorkload workload);

    /** Hears the end of a layer. */
    default void ended(LayerEnd end) {}

    /** Returns the traits of the policy. */
    default PolicyTraits traits() {
      return PolicyTraits.DEFAULT;
    }
  }

  private static final class AnsweringPolicy implements EplbPolicy {
    private final Answer answer;

    AnsweringPolicy(Answer answer) {
      this.answer = answer;
    }

    @Override
    public String name() {
      return "answering";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      return answer.to(table, workload);
    }

    @Override
    public void layerEnded(LayerEnd end) {
      answer.ended(end);
    }

    @Override
    public PolicyTraits traits() {
      return answer.traits();
    }
  }

  /** Returns an answer that gives the hot expert 0 all four redundant slots; else unchanged. */
  static Rebalance balanced(ExpertTable table) {
    int[] row = {0, 1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 1};
    Placement.Builder builder = Placement.builder(table);
    boolean changed = false;
    for (int layer = 0; layer < table.layers(); layer++) {
      builder.setLayer(layer, row, 0);
    }
    Placement next = builder.build();
    for (int layer = 0; layer < table.layers(); layer++) {
      changed |= !table.sameLayer(layer, next);
    }
    return changed ? Rebalance.of(true, new int[] {1, 0}, next) : Rebalance.unchanged(table);
  }

  /** Returns a load of which expert 0 has nearly all. */
  static LoadRecording hot() {
    double[] tokens = new double[LAYERS * TOPOLOGY.experts()];
    for (int index = 0; index < tokens.length; index++) {
      tokens[index] = index % TOPOLOGY.experts() == 0 ? 1000 : 10;
    }
    return LoadRecording.of(1, LAYERS, TOPOLOGY.experts(), tokens);
  }

  UpdateReport commit(long version, Placement next, int[] layers) {
    replace(version, layers, next);
    return report(version, layers, layers.length);
  }

  void replace(long version, int[] layers, Placement next) {
    assertTrue(context.replaceLayers(version, layers, next).isPresent(), "stale: " + version);
  }

  /** Returns a report by which the first layers were committed and the others aborted. */
  UpdateReport report(long version, int[] layers, int committed) {
    List<LayerProgress> progress = new ArrayList<>();
    for (int index = 0; index < layers.length; index++) {
      progress.add(
          index < committed
              ? new LayerProgress(layers[index], LayerPhase.COMMITTED, 1, null, "")
              : new LayerProgress(
                  layers[index],
                  LayerPhase.ABORTED,
                  0,
                  AbortReason.RECEIVE_FAILED,
                  "rank 1 could not receive"));
    }
    return new UpdateReport(
        version,
        context.current().version(),
        progress,
        committed,
        0,
        committed * 8L,
        Duration.ofMillis(1),
        committed,
        Duration.ofMillis(1),
        Duration.ofMillis(1),
        0,
        0);
  }

  CompletionStage<UpdateReport> abortAll(long version, int[] layers) {
    return CompletableFuture.completedFuture(report(version, layers, 0));
  }

  /** Ends steps on all ranks. */
  void serve(long steps) {
    for (long step = 0; step < steps; step++) {
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        cycle.steps().ended(rank, true);
      }
    }
  }

  /** Serves an interval and lets happen what comes of it. */
  CycleReport runCycle() {
    serve(COLLECTION);
    threads.runAll();
    return lastReport();
  }

  /** Asks for no further cycle; nothing happens until events are run. */
  CompletableFuture<Void> finish() {
    return cycle.finishCycles().toCompletableFuture();
  }

  CycleReport lastReport() {
    return reports.get(reports.size() - 1);
  }

  ExpertTable table() {
    return context.current();
  }

  RuntimePhase phase() {
    return cycle.snapshot().phase();
  }

  @Override
  public void close() {
    cycle.close();
    threads.runAll();
    policy.close();
  }
}
