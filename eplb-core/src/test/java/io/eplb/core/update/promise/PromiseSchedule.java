package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * One seeded schedule: layers are updated while messages are late, lost or repeated, ways are cut,
 * engines, agents and planners die, stand still and come back, clocks jump, and the record is away
 * or behind. Then all that ceases, and an update has to succeed.
 */
final class PromiseSchedule {
  static final UpdateSettings SETTINGS =
      new UpdateSettings(2, 1, 1, Duration.ofMillis(8), Duration.ofMillis(8), Duration.ofMillis(4));
  static final RankSettings RANK_SETTINGS =
      new RankSettings(1, Duration.ofNanos(300_000), Duration.ofMillis(2));

  private static final List<Duration> TIMEOUTS =
      List.of(SETTINGS.transferTimeout(), SETTINGS.switchTimeout(), RANK_SETTINGS.patience());

  private final Random random;
  private final Cluster cluster;
  private final Faults faults;
  private final Supervision supervision;
  private boolean electing;
  private boolean recovering;
  private int deaths;
  private int planners;

  PromiseSchedule(long seed, boolean traced) {
    random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    int nodes = 1 + random.nextInt(2);
    int ranks = nodes * (1 + random.nextInt(2));
    int experts = 1 + random.nextInt(6);
    int slots = (experts + ranks - 1) / ranks + random.nextInt(2);
    EpTopology topology = EpTopology.of(experts, ranks, nodes, 1, slots);
    int layers = 1 + random.nextInt(3);
    faults = Faults.drawn(random, TIMEOUTS);
    cluster =
        new Cluster(
            random,
            topology,
            ExpertTable.of(random.nextInt(3), experts, Placements.random(random, topology, layers)),
            1 + random.nextInt(slots + 1),
            SETTINGS,
            RANK_SETTINGS,
            100_000L + random.nextInt(1_000_000),
            faults,
            traced);
    supervision = new Supervision(cluster, () -> recovering ? 100_000 : faults.outage(random));
  }

  /** Runs it; returns the first invariant that does not hold, empty if all do. */
  String run() {
    try {
      return attack();
    } catch (RuntimeException thrown) { // A complaint, so that the seed and its events are told.
      return thrown.toString();
    }
  }

  private String attack() {
    cluster.electPlanner().keepUpdating();
    supervision.start();
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      int each = rank;
      often(() -> disturb(cluster.rank(each)));
    }
    often(this::disturbPlanner);
    often(this::disturbWays);
    String complaint = cluster.pass(5_000_000L + random.nextInt(60_000_000));
    if (!complaint.isEmpty()) {
      return complaint;
    }
    recovering = true;
    return random.nextBoolean() ? goOnAlone() : new Recovery(cluster).run();
  }

  /** Lets all planners die, if possible while a switch is undecided: ranks have to go on alone. */
  private String goOnAlone() {
    long latest = cluster.time().nanoTime() + 5_000_000;
    String complaint =
        cluster.runUntil(
            () -> cluster.record().isUndecided() || cluster.time().nanoTime() > latest, 6_000_000);
    cluster.planners().forEach(planner -> planner.party().die());
    return complaint.isEmpty() ? new Recovery(cluster).run() : complaint;
  }

  /** Returns the events as text. */
  String trace() {
    return cluster.trace().toString();
  }

  private void often(Runnable disturbance) {
    after(
        1L + random.nextInt(400_000),
        () -> {
          if (!recovering) {
            disturbance.run();
            often(disturbance);
          }
        });
  }

  private void after(long nanos, Runnable action) {
    cluster.time().at(cluster.time().nanoTime() + nanos, action);
  }

  private boolean happens(double likelihood) {
    return random.nextDouble() < likelihood;
  }

  private void disturb(RankProcess rank) {
    if (happens(faults.engineDies)) {
      deaths++;
      rank.killEngine();
    }
    if (happens(faults.agentDies)) {
      deaths++;
      rank.killAgent();
    }
    if (happens(faults.agentStands)) {
      rank.stopAgent(faults.outage(random));
    }
    if (happens(faults.clockJumps)) {
      disturbClock(rank.agent().party());
    }
  }

  private void disturbPlanner() {
    Party planner = cluster.planner().party();
    if (happens(faults.plannerDies)) {
      planner.die();
    }
    if (happens(faults.plannerStands)) {
      planner.standStill(faults.outage(random));
    }
    if (happens(faults.clockJumps)) {
      disturbClock(planner);
    }
    if (happens(faults.anotherPlanner)) {
      electPlanner();
    } else if (!planner.isAlive() && !electing) {
      electing = true;
      after(faults.outage(random), this::electPlanner);
    }
  }

  private void electPlanner() {
    if (!recovering) {
      electing = false;
      planners++;
      cluster.electPlanner().keepUpdating();
    }
  }

  private void disturbClock(Party party) {
    party.disturbClock(faults.outage(random), 0.5 + 1.5 * random.nextDouble());
  }

  private void disturbWays() {
    if (happens(faults.recordIsAway)) {
      cluster.record().goAway(faults.outage(random));
    }
    if (happens(faults.cut)) {
      List<String> places =
          List.of(
              cluster.planner().party().toString(),
              RecordServer.PLACE,
              cluster.rank(random.nextInt(cluster.ranks())).toString());
      int from = random.nextInt(3);
      int to = (from + 1 + random.nextInt(2)) % 3;
      cluster
          .network()
          .cut(places.get(from), places.get(to), faults.outage(random), random.nextBoolean());
    }
  }

  /** Returns the number of versions that were committed. */
  int commits() {
    return cluster.record().tables().size() - 1;
  }

  int deaths() {
    return deaths;
  }

  int planners() {
    return planners;
  }
}
