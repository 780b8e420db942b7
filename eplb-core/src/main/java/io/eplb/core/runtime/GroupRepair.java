package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.context.EplbContext;
import io.eplb.core.elastic.Repair;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ranks of a runtime as they are, and the repair that makes the table fit them again after one
 * has failed or returned.
 *
 * <p>A repair is one update after another until the table fits: first to a table without the failed
 * ranks, then, with the ranks that have returned, to one that fills them. An update that does not
 * come to its end is followed by another, after a pause that doubles each time in vain. Example,
 * with a rank 3 that returns while its loss is being repaired:
 *
 * <pre>
 *   failed(3)     update 1: slots of rank 3 EMPTY, its experts elsewhere
 *   returned(3)   waits, since the table in force still names what rank 3 has lost
 *   committed     update 2: copies into the slots of rank 3
 *   committed     settled
 * </pre>
 */
final class GroupRepair implements RankChanges {
  /** The engine's side of ranks that come and go. */
  interface Engine {
    /** Brings layers to a placement, the most urgent first. */
    CompletionStage<UpdateReport> update(long expectedVersion, Placement next, int[] layers);

    /** Goes on without a rank. */
    void rankLost(int rank);

    /** Takes a rank into the next update. */
    void rankReturned(int rank);

    /** Returns whether a rank runs no steps. */
    boolean isAbsent(int rank);

    /** Returns the step that a rank begins next. */
    long nextStep(int rank);
  }

  /** The first pause after an update in vain, and the longest. */
  static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private final EplbContext context;
  private final EpTopology topology;
  private final Engine engine;
  private final StepCounter steps;
  private final Timeline timeline;
  private final Executor events;
  private final Supplier<double[]> loads;

  private volatile EpRanks ranks;

  /** The ranks that have returned and are not in {@link #ranks} yet. */
  private final BitSet returned = new BitSet();

  /** The callers that wait for the end of the repair. */
  private final List<CompletableFuture<RepairReport>> callers = new ArrayList<>();

  /** Per rank, the callers that wait for it to run steps again. */
  private final List<List<CompletableFuture<Long>>> joining = new ArrayList<>();

  private @Nullable Runnable then;

  /** The number of the last attempt; answers to earlier ones are ignored. */
  private long attempt;

  private boolean updating;

  /** True if ranks have failed or returned since the last attempt began. */
  private boolean outdated;

  private Duration pause = SHORTEST_PAUSE;
  private Timeline.Scheduled retry = () -> {};

  private final RepairFigures figures;

  private volatile @Nullable RepairReport last;

  /** The reason why the experts cannot be served; null if they are, or will be. */
  private volatile @Nullable String unserved;

  /**
   * Starts with a table that fits the ranks.
   *
   * @param events runs events on the timeline
   * @param loads returns layers × experts loads to repair by, or nothing if they are not known
   */
  GroupRepair(
      EplbContext context,
      EpTopology topology,
      EpRanks ranks,
      Engine engine,
      StepCounter steps,
      Timeline timeline,
      Executor events,
      Supplier<double[]> loads) {
    this.context = context;
    this.topology = topology;
    this.ranks = ranks;
    this.figures = new RepairFigures(context, timeline);
    this.engine = engine;
    this.steps = steps;
    this.timeline = timeline;
    this.events = events;
    this.loads = loads;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      joining.add(new ArrayList<>());
      if (!ranks.living(rank)) {
        engine.rankLost(rank);
        steps.exclude(rank);
      }
    }
    context.addListener(change -> events.execute(this::tellJoined));
  }

  /** Tells those that wait for ranks which run steps again. */
  private void tellJoined() {
    for (int rank = 0; rank < joining.size(); rank++) {
      if (ranks.living(rank) && !engine.isAbsent(rank)) {
        steps.include(rank);
        answerJoining(rank, engine.nextStep(rank));
      }
    }
  }

  private void answerJoining(int rank, long step) {
    List<CompletableFuture<Long>> waiting = List.copyOf(joining.get(rank));
    joining.get(rank).clear();
    waiting.forEach(caller -> caller.complete(step));
  }

  private void refuseJoining(int rank, String reason) {
    List<CompletableFuture<Long>> waiting = List.copyOf(joining.get(rank));
    joining.get(rank).clear();
    waiting.forEach(caller -> caller.completeExceptionally(new InternalException(reason)));
  }

  @Override
  public EpRanks ranks() {
    return ranks;
  }

  @Override
  public @Nullable RepairReport last() {
    return last;
  }

  @Override
  public @Nullable String unserved() {
    return unserved;
  }

  @Override
  public void setSpeeds(EpRanks faster) {
    EpRanks.Builder builder = ranks.toBuilder();
    for (int rank = 0; rank < faster.ranks(); rank++) {
      builder.speed(rank, faster.speed(rank));
    }
    ranks = builder.build();
  }

  /** Takes a rank away; returns false if it was away already. */
  boolean failed(int rank, CompletableFuture<RepairReport> caller) {
    boolean living = ranks.living(rank);
    boolean back = returned.get(rank);
    answer(caller);
    if (!living && !back) {
      return false;
    }
    returned.clear(rank);
    refuseJoining(rank, "rank " + rank + " has failed again before it could serve");
    changed();
    figures.failed(rank);
    if (living) {
      int lost = lostWith(rank);
      figures.lost(lost);
      ranks = ranks.toBuilder().usableSlots(rank, 0).build();
      LOG.warn("rank {} has failed, and took {} with it", rank, Counted.of(lost, "expert"));
      engine.rankLost(rank);
      steps.exclude(rank);
    }
    return true;
  }

  /** Takes a rank back as soon as the table has forgotten it; returns false if it is not away. */
  boolean returned(int rank, CompletableFuture<Long> caller) {
    joining.get(rank).add(caller);
    if (ranks.living(rank)) {
      tellJoined();
      return false;
    }
    if (returned.get(rank)) {
      return false;
    }
    LOG.info("rank {} has returned", rank);
    returned.set(rank);
    changed();
    figures.givenBack(rank);
    return true;
  }

  /** Returns the number of experts of all layers that no other living rank holds. */
  private int lostWith(int rank) {
    ExpertTable table = context.current();
    int lost = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int expert = 0; expert < table.experts(); expert++) {
        boolean held = false;
        boolean heldElsewhere = false;
        for (int replica = 0; replica < table.replicaCount(layer, expert); replica++) {
          int holder = table.physicalSlot(layer, expert, replica) / table.slotsPerRank();
          held |= holder == rank;
          heldElsewhere |= holder != rank && ranks.living(holder);
        }
        lost += held && !heldElsewhere ? 1 : 0;
      }
    }
    return lost;
  }

  private void answer(CompletableFuture<RepairReport> caller) {
    callers.add(caller);
  }

  private void changed() {
    figures.begin();
    outdated = true;
    pause = SHORTEST_PAUSE;
  }

  @Override
  public boolean isNeeded() {
    return figures.begun();
  }

  @Override
  public void answerIfSettled() {
    if (!figures.begun()) {
      RepairReport report = figures.report(ranks, true, "");
      callers.forEach(caller -> caller.complete(report));
      callers.clear();
    }
  }

  /** Repairs until the table fits the ranks. */
  @Override
  public void run(Runnable whenSettled) {
    then = whenSettled;
    if (!updating) {
      retry.cancel();
      next();
    }
  }

  private void next() {
    outdated = false;
    Repair repair;
    try {
      if (lostAreNamed() || returned.isEmpty()) {
        repair = Repair.of(context.current(), topology, ranks, loads.get());
      } else {
        EpRanks.Builder more = ranks.toBuilder();
        returned.stream().forEach(rank -> more.usableSlots(rank, topology.slotsPerRank()));
        repair = Repair.of(context.current(), topology, more.build(), loads.get());
        returned.stream().forEach(engine::rankReturned);
        returned.clear();
        ranks = more.build();
      }
    } catch (InsufficientSlotsException tooFew) {
      unserved = FailureReason.of(tooFew);
      LOG.error("steps cannot go on: {}", unserved);
      answerAll(figures.report(ranks, false, FailureReason.of(tooFew)));
      return;
    }
    unserved = null;
    ExpertTable table = context.current();
    if (repair.table().equals(table)) {
      settled();
      return;
    }
    if (lostAreNamed()) {
      figures.stepsWait();
    }
    long number = ++attempt;
    updating = true;
    CompletionStage<UpdateReport> update;
    try {
      update = engine.update(table.version(), repair.table().placement(), urgentFirst(repair));
    } catch (RuntimeException refused) {
      update = CompletableFuture.failedFuture(refused);
    }
    update.whenComplete(
        (report, thrown) -> events.execute(() -> updated(number, table, report, thrown)));
  }

  /** Returns whether the table in force names slots of ranks that have failed. */
  private boolean lostAreNamed() {
    ExpertTable table = context.current();
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      if (!ranks.living(rank)) {
        for (int layer = 0; layer < table.layers(); layer++) {
          for (int slot = 0; slot < table.slotsPerRank(); slot++) {
            if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  /** Returns the layers that differ: those that have lost experts, then the others. */
  private int[] urgentFirst(Repair repair) {
    ExpertTable table = context.current();
    List<Integer> urgent = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!table.sameLayer(layer, repair.table().placement())) {
        (repair.lostExperts(layer) > 0 ? urgent : others).add(layer);
      }
    }
    urgent.addAll(others);
    return urgent.stream().mapToInt(Integer::intValue).toArray();
  }

  private void updated(
      long number, ExpertTable before, @Nullable UpdateReport report, @Nullable Throwable thrown) {
    if (number != attempt || then == null) {
      return;
    }
    updating = false;
    if (report != null) {
      figures.updated(report);
    }
    if (!lostAreNamed()) {
      figures.stepsGoOn();
    }
    if (outdated
        || context.current().version() > before.version()
        || (report != null && report.complete())) {
      pause = SHORTEST_PAUSE;
      next();
      return;
    }
    String reason = report == null ? why(thrown) : CycleReport.firstAbort(report);
    unserved = lostAreNamed() ? reason : null;
    LOG.warn("the table does not fit the ranks yet: {}; trying again in {}", reason, pause);
    retry = timeline.schedule(() -> events.execute(() -> again(number)), pause);
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private static String why(@Nullable Throwable thrown) {
    return thrown == null ? "no reason was given" : FailureReason.of(thrown);
  }

  private void again(long number) {
    if (number == attempt && then != null && !updating) {
      next();
    }
  }

  private void settled() {
    answerAll(figures.report(ranks, true, ""));
    Runnable next = then;
    then = null;
    if (next != null) {
      next.run();
    }
  }

  private void answerAll(RepairReport report) {
    last = report;
    figures.end();
    List<CompletableFuture<RepairReport>> waiting = List.copyOf(callers);
    callers.clear();
    waiting.forEach(caller -> caller.complete(report));
  }

  /** Returns the answer to a caller who comes after the end. */
  RepairReport closedReport() {
    return figures.nothing(ranks, false, "the runtime is closed");
  }

  @Override
  public void close(String reason) {
    retry.cancel();
    then = null;
    boolean settled = !figures.begun();
    RepairReport report = figures.report(ranks, settled, settled ? "" : reason);
    callers.forEach(caller -> caller.complete(report));
    callers.clear();
    for (int rank = 0; rank < joining.size(); rank++) {
      refuseJoining(rank, reason);
    }
  }
}
