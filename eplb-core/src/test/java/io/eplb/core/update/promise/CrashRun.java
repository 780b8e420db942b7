package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.update.UpdateReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * One update of one layer on two ranks, in which parties die at chosen arrows. The same arrows
 * cross in the same order in every run, up to the first crash.
 */
final class CrashRun {
  /** Longer than the update. */
  private static final long LONG = 20_000_000;

  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);
  private static final Placement BEFORE = placement(0, 1, 2, 3);
  private static final Placement AFTER = placement(2, 1, 3, 0);

  private final Cluster cluster;
  private int arrows;

  /** The parties that can be struck. */
  enum Victim {
    PLANNER,
    AGENT_0,
    AGENT_1,
    ENGINE_0,
    ENGINE_1,
    /** The record is away for less than the ranks need to the fence. */
    RECORD_SHORT,
    /** The record is away for longer. */
    RECORD_LONG,
    /** The planner dies, and what others send to rank 0 is lost for a while. */
    PLANNER_AND_WAYS_TO_0;

    boolean isRecord() {
      return this == RECORD_SHORT || this == RECORD_LONG;
    }
  }

  /**
   * The death of a party.
   *
   * @param arrow the number of the arrow since the update began
   * @param before whether it dies before the arrow, else after it
   * @param victim the party
   */
  record Crash(int arrow, boolean before, Victim victim) {}

  CrashRun(boolean traced) {
    cluster =
        new Cluster(
            new Random(1),
            TOPOLOGY,
            ExpertTable.of(0, TOPOLOGY.experts(), BEFORE),
            2,
            PromiseSchedule.SETTINGS,
            PromiseSchedule.RANK_SETTINGS,
            200_000,
            Faults.none(),
            traced);
  }

  private static Placement placement(int... row) {
    return Placement.builder(1, 2, 2).setLayer(0, row, 0).build();
  }

  /** Returns a crash of each party before and after each arrow of an undisturbed update. */
  static List<List<Crash>> singles() {
    CrashRun undisturbed = new CrashRun(false);
    String complaint = undisturbed.run(List.of());
    if (!complaint.isEmpty()) {
      throw new IllegalStateException(complaint);
    }
    List<List<Crash>> singles = new ArrayList<>();
    for (int arrow = 0; arrow < undisturbed.arrows(); arrow++) {
      for (Victim victim : Victim.values()) {
        singles.add(List.of(new Crash(arrow, true, victim)));
        singles.add(List.of(new Crash(arrow, false, victim)));
      }
    }
    return singles;
  }

  /** Runs it; returns the first invariant that does not hold, empty if all do. */
  String run(List<Crash> crashes) {
    PlannerProcess planner = cluster.electPlanner();
    String complaint = cluster.runUntil(planner::isIdle, LONG);
    if (complaint.isEmpty()) {
      complaint = cluster.pass(LONG / 4);
    }
    if (!complaint.isEmpty()) {
      return complaint;
    }
    new Supervision(cluster, () -> 1_000_000).start();
    int first = cluster.arrows().count();
    for (Crash crash : crashes) {
      cluster
          .arrows()
          .strike(first + crash.arrow(), crash.before(), () -> strike(planner, crash.victim()));
    }
    CompletableFuture<UpdateReport> answer = planner.update(AFTER).toCompletableFuture();
    complaint = cluster.pass(4 * LONG);
    arrows = cluster.arrows().count() - first;
    boolean allLive = crashes.stream().allMatch(crash -> crash.victim().isRecord());
    if (complaint.isEmpty() && allLive && !(answer.isDone() && answer.join().complete())) {
      return "the update has not waited for the record";
    }
    return complaint.isEmpty() ? new Recovery(cluster).run() : complaint;
  }

  private void strike(PlannerProcess planner, Victim victim) {
    cluster.trace().add(victim, "is struck");
    switch (victim) {
      case PLANNER -> planner.party().die();
      case AGENT_0 -> cluster.rank(0).killAgent();
      case AGENT_1 -> cluster.rank(1).killAgent();
      case ENGINE_0 -> cluster.rank(0).killEngine();
      case ENGINE_1 -> cluster.rank(1).killEngine();
      case RECORD_SHORT -> cluster.record().goAway(1_000_000);
      case RECORD_LONG -> cluster.record().goAway(15_000_000);
      case PLANNER_AND_WAYS_TO_0 -> {
        planner.party().die();
        String rank = cluster.rank(0).toString();
        cluster.network().cut(planner.party().toString(), rank, LONG / 2, true);
        cluster.network().cut(RecordServer.PLACE, rank, LONG / 2, true);
      }
    }
  }

  /** Returns the number of arrows from the beginning of the update to its end. */
  int arrows() {
    return arrows;
  }

  /** Returns the events as text. */
  String trace() {
    return cluster.trace().toString();
  }
}
