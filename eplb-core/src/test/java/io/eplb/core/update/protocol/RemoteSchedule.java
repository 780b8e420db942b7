package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One seeded schedule of an engine of many processes: layers are updated while messages are late,
 * lost or repeated, links are cut, ranks die and come back, and planners crash, or stand still and
 * are replaced, and the record fails or is behind. Then all that ceases, and an update has to
 * succeed.
 */
final class RemoteSchedule {
  private final Random random;
  private final EpTopology topology;
  private final int layers;
  private final RemoteEngine engine;
  private final LinkFaults linkFaults;
  private final Map<AbortReason, Integer> aborts = new EnumMap<>(AbortReason.class);
  private Faults faults;
  private int commits;
  private int deaths;
  private int replaced;
  private int outdated;
  private boolean recovering;
  private boolean closed;

  RemoteSchedule(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    int nodes = 1 + random.nextInt(2);
    int ranks = nodes * (1 + random.nextInt(2));
    int experts = 1 + random.nextInt(6);
    int slots = (experts + ranks - 1) / ranks + random.nextInt(2);
    topology = EpTopology.of(experts, ranks, nodes, 1, slots);
    layers = 1 + random.nextInt(3);
    // Memory that cannot be put back has schedules of its own.
    faults = new Faults(random, random.nextInt(4) > 0).withoutLoss();
    linkFaults = new LinkFaults(random, random.nextInt(8) == 0);
    engine =
        new RemoteEngine(
            "seed " + seed,
            random,
            topology,
            ExpertTable.of(random.nextInt(3), experts, placement()),
            1 + random.nextInt(slots + 1),
            faults,
            linkFaults);
  }

  private Placement placement() {
    int physical = topology.physicalExperts();
    Placement.Builder rows = Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    for (int layer = 0; layer < layers; layer++) {
      List<Integer> row = new ArrayList<>();
      for (int slot = 0; slot < physical; slot++) {
        row.add(slot < topology.experts() ? slot : random.nextInt(topology.experts()));
      }
      Collections.shuffle(row, random);
      rows.setLayer(layer, row.stream().mapToInt(Integer::intValue).toArray(), 0);
    }
    return rows.build();
  }

  void run() {
    for (int rank = 0; rank < topology.ranks(); rank++) {
      liveDangerously(rank);
    }
    if (random.nextDouble() < linkFaults.recordIsAway) {
      later(30_000_000, () -> engine.recordGoesAway(Duration.ofNanos(LinkFaults.outage(random))));
    }
    if (random.nextDouble() < faults.shutdown) {
      later(
          30_000_000,
          () -> {
            closed = true;
            engine.updater().close();
          });
    }
    int updates = 1 + random.nextInt(3);
    for (int update = 0; update < updates; update++) {
      replacePlanner();
      update();
    }
    recover();
  }

  private void later(int nanos, Runnable action) {
    engine.time().at(engine.time().nanoTime() + 1 + random.nextInt(nanos), action);
  }

  /** Lets the planner crash, stand still, or go on, and another take its place some time later. */
  private void replacePlanner() {
    boolean crashes = random.nextDouble() < linkFaults.plannerCrashes;
    if (!crashes && random.nextDouble() >= linkFaults.plannerIsDeposed) {
      return;
    }
    later(
        10_000_000,
        () -> {
          replaced++;
          if (crashes) {
            engine.planner().crash();
          } else if (random.nextBoolean()) {
            engine.planner().standStill(Duration.ofNanos(LinkFaults.outage(random)));
          }
          later(
              (int) LinkFaults.outage(random),
              () -> {
                engine.startPlanner();
                closed = false;
              });
        });
  }

  /** Lets a rank die, or be cut off, at any moment, and come back some time later. */
  private void liveDangerously(int rank) {
    later(
        400_000,
        () -> {
          if (recovering) {
            return;
          }
          if (random.nextDouble() < linkFaults.linkIsCut) {
            engine.rank(rank).link().cut(LinkFaults.outage(random), random.nextBoolean());
          }
          RankProcess process = engine.process(rank);
          boolean isStopped = process.gate().phase() == GatePhase.BROKEN;
          if (process.isAlive() && (isStopped || random.nextDouble() < linkFaults.rankDies)) {
            deaths++;
            process.die();
            later(
                (int) LinkFaults.outage(random),
                () -> {
                  if (random.nextDouble() < linkFaults.recordIsBehind) {
                    engine.comeBackBehind(rank, faults);
                    outdated += engine.process(rank).isOutdated() ? 1 : 0;
                  } else {
                    engine.comeBack(rank, faults);
                  }
                  liveDangerously(rank);
                });
          } else {
            liveDangerously(rank);
          }
        });
  }

  /** Updates layers, and runs until the planner answers or another has taken its place. */
  private @Nullable UpdateReport update() {
    Placement next = placement();
    ExpertTable before = engine.record().current();
    int[] order = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      order[layer] = layer;
    }
    int planners = engine.planners();
    CompletableFuture<UpdateReport> answer =
        engine.updater().update(before.version(), next, order).toCompletableFuture();
    while (!answer.isDone() && engine.planners() == planners) {
      engine.step();
    }
    if (!answer.isDone()) {
      return null;
    }
    UpdateReport report = answer.join();
    ExpertTable after = engine.record().current();
    for (LayerProgress layer : report.layers()) {
      engine.require(layer.phase().isFinal(), () -> "a layer was lost in " + report);
      engine.require(
          engine.planners() > 1
              || (layer.phase() == LayerPhase.COMMITTED
                  ? after.sameLayer(layer.layer(), next)
                  : layer.commits() > 0 || after.sameLayer(layer.layer(), before.placement())),
          () -> layer + " does not say what became of it");
      AbortReason reason = layer.reason();
      if (reason != null) {
        aborts.merge(reason, 1, Integer::sum);
        engine.require(
            reason != AbortReason.INTERNAL || outdated + engine.plannerFailures() > 0,
            () -> layer + " blames the planner, which has not failed");
      }
      commits += layer.commits();
    }
    return report;
  }

  /** Nothing goes wrong any more: nothing may be left over, and an update works again. */
  private void recover() {
    recovering = true;
    Faults none = new Faults(random, true);
    faults = none;
    engine.use(none, new LinkFaults(random, true));
    engine.run(Duration.ofMillis(150));
    engine.weights().endWhatNeverEnds();
    letStepsGoOn();
    restartOutdatedRanks();
    engine.requireAllOpen();
    if (closed) {
      UpdateReport report = update();
      engine.require(
          report != null && report.count(LayerPhase.COMMITTED) == 0,
          () -> "it should refuse " + report);
      engine.startPlanner();
    }
    UpdateReport report = update();
    engine.require(report != null && report.complete(), () -> "it should work again: " + report);
    engine.run(Duration.ofMillis(30));
    engine.requireAllOpen();
    engine.require(
        engine.updater().buffersHeld() == 0,
        () -> engine.updater().buffersHeld() + " buffers leak");
  }

  /** Whoever serves an outdated table learns of it from an update, and is restarted. */
  private void restartOutdatedRanks() {
    List<RankProcess> stale = new ArrayList<>();
    for (int rank = 0; rank < topology.ranks(); rank++) {
      if (engine.process(rank).isOutdated()) {
        stale.add(engine.process(rank));
      }
    }
    if (stale.isEmpty()) {
      return;
    }
    UpdateReport report = Objects.requireNonNull(update());
    engine.require(
        report.versionAfter() == report.versionBefore(),
        () -> "an update was committed without a rank: " + report);
    for (RankProcess process : stale) {
      engine.require(
          closed || report.complete() || process.gate().phase() == GatePhase.BROKEN,
          () -> "an outdated rank serves on");
      process.die();
    }
    for (int rank = 0; rank < topology.ranks(); rank++) {
      engine.comeBack(rank, faults);
    }
    letStepsGoOn();
  }

  private void letStepsGoOn() {
    for (int rank = 0; rank < topology.ranks(); rank++) {
      engine.process(rank).serving().recover(faults);
    }
    engine.run(Duration.ofMillis(50));
  }

  Map<AbortReason, Integer> aborts() {
    return aborts;
  }

  int commits() {
    return commits;
  }

  int deaths() {
    return deaths;
  }

  int outdated() {
    return outdated;
  }

  int replaced() {
    return replaced;
  }
}
