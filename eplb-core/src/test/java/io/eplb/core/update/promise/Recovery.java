package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.update.UpdateReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The end of a schedule: no more faults happen, whatever is dead is started again, and nothing may
 * be left over of what has happened.
 */
final class Recovery {
  /** Longer than all timeouts, and than what is still under way. */
  private static final long LONG = 60_000_000;

  /** Longer than an update in several stages with the longest lead. */
  private static final long VERY_LONG = 10 * LONG;

  private final Cluster cluster;

  Recovery(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Runs on; returns what is wrong, empty if nothing is. */
  String run() {
    cluster.endFaults();
    cluster.planners().forEach(PlannerProcess::rest);
    String complaint = cluster.pass(LONG);
    if (complaint.isEmpty()) {
      complaint = ranksRunOn();
    }
    if (complaint.isEmpty()) {
      complaint = plannerIsIdle();
    }
    if (complaint.isEmpty()) {
      complaint = updateWorks();
    }
    if (complaint.isEmpty()) {
      complaint = ranksRunOn();
    }
    return complaint.isEmpty() ? nothingIsLeft() : complaint;
  }

  /** Waits for the last planner, or elects another if it is dead. */
  private String plannerIsIdle() {
    if (!cluster.planner().party().isAlive()) {
      cluster.electPlanner();
    }
    return cluster.runUntil(cluster.planner()::isIdle, VERY_LONG);
  }

  private String updateWorks() {
    PlannerProcess planner = cluster.planner();
    ExpertTable before = cluster.record().table();
    Placement next = Placements.random(cluster.random(), cluster.topology(), before.layers());
    CompletableFuture<UpdateReport> answer = planner.update(next).toCompletableFuture();
    String complaint = cluster.runUntil(answer::isDone, VERY_LONG);
    if (!complaint.isEmpty()) {
      return complaint;
    }
    return answer.join().complete() && sameLayers(cluster.record().table(), next)
        ? ""
        : "an update does not work again: " + answer.join();
  }

  private static boolean sameLayers(ExpertTable table, Placement next) {
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!table.sameLayer(layer, next)) {
        return false;
      }
    }
    return true;
  }

  private String ranksRunOn() {
    List<Long> before = nextSteps();
    String complaint = cluster.pass(LONG / 4);
    if (!complaint.isEmpty()) {
      return complaint;
    }
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      if (cluster.steps().next(rank) < before.get(rank) + 5) {
        return "rank " + rank + " does not run on";
      }
    }
    return "";
  }

  private List<Long> nextSteps() {
    return IntStream.range(0, cluster.ranks())
        .mapToObj(rank -> cluster.steps().next(rank))
        .toList();
  }

  private String nothingIsLeft() {
    ExpertTable table = cluster.record().table();
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      SimulatedEngine engine = cluster.rank(rank).engine();
      if (!engine.isServing() || !table.equals(engine.table())) {
        return "rank " + rank + " does not serve version " + table.version();
      }
      String difference = engine.memory().firstDifference(rank, table);
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return buffersAreFree();
  }

  /** Joins all ranks once more, as the next planner would. */
  private String buffersAreFree() {
    long version = cluster.record().table().version();
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      RankLink side = cluster.rank(rank).side();
      if (side == null) {
        return "rank " + rank + " has no agent";
      }
      CompletableFuture<RankLink.Joined> joined =
          side.join(Long.MAX_VALUE, 1, version).toCompletableFuture();
      String complaint = cluster.runUntil(joined::isDone, LONG);
      if (!complaint.isEmpty()) {
        return complaint;
      }
      if (joined.join().buffers().size() != cluster.buffers()) {
        return "rank " + rank + " has free buffers " + joined.join().buffers();
      }
    }
    return "";
  }
}
