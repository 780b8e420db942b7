package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine of one process per rank in virtual time, with a record that none of them owns, planners
 * that take each other's place, and the checks of everything that has to hold between two events.
 */
final class RemoteEngine {
  static final UpdateSettings SETTINGS =
      new UpdateSettings(
          2, 2, 2, Duration.ofMillis(20), Duration.ofMillis(6), Duration.ofMillis(4));

  /** Far more than any schedule takes: whoever runs longer hangs. */
  private static final int MOST_EVENTS = 2_000_000;

  private final String name;
  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final List<RankProcess> processes = new ArrayList<>();
  private final List<Planner> planners = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final EpTopology topology;
  private final SimulatedWeights weights;
  private final SimulatedRecord record;
  private LinkFaults linkFaults;

  /** Per rank the table that its memory was last found to agree with, and all writes until then. */
  private final @Nullable ExpertTable[] checkedTable;

  private final long[] checkedWrites;
  private long recordIsBackAt;
  private int events;

  RemoteEngine(
      String name,
      Random random,
      EpTopology topology,
      ExpertTable initial,
      int buffers,
      Faults faults,
      LinkFaults linkFaults) {
    this.name = name;
    this.random = random;
    this.topology = topology;
    this.linkFaults = linkFaults;
    this.checkedTable = new ExpertTable[topology.ranks()];
    this.checkedWrites = new long[topology.ranks()];
    Arrays.fill(checkedWrites, -1);
    weights =
        new SimulatedWeights(
            time,
            random,
            faults,
            initial,
            buffers,
            rank -> !processes.get(rank).serving().leases().isEmpty());
    record = new SimulatedRecord(initial, this::requireAllWait);
    Map<Long, ExpertTable> tableOfStep = new HashMap<>();
    for (int rank = 0; rank < topology.ranks(); rank++) {
      processes.add(
          new RankProcess(
              rank,
              time,
              random,
              faults,
              weights,
              record,
              this::recordIsThere,
              SETTINGS.switchTimeout(),
              tableOfStep,
              this::slowest));
    }
    startPlanner();
  }

  /** Starts a planner that takes the place of the last one, whether or not that is gone. */
  void startPlanner() {
    List<RemoteRank> ranks = new ArrayList<>();
    for (RankProcess process : processes) {
      ranks.add(new RemoteRank(time, process, link(() -> true)));
    }
    planners.add(
        new Planner(
            planners.size() + 1,
            time,
            topology,
            record,
            link(this::recordIsThere),
            ranks,
            SETTINGS));
  }

  private Link link(BooleanSupplier reachable) {
    Link link = new Link(time, random, linkFaults, reachable);
    links.add(link);
    return link;
  }

  private long slowest() {
    long slowest = Long.MAX_VALUE;
    for (RankProcess process : processes) {
      slowest = Math.min(slowest, process.serving().next());
    }
    return slowest;
  }

  VirtualTime time() {
    return time;
  }

  SimulatedRecord record() {
    return record;
  }

  /** Returns the last planner. */
  Planner planner() {
    return planners.get(planners.size() - 1);
  }

  int planners() {
    return planners.size();
  }

  LayerUpdater updater() {
    return planner().updater();
  }

  SimulatedWeights weights() {
    return weights;
  }

  RemoteRank rank(int rank) {
    return planner().rank(rank);
  }

  RankProcess process(int rank) {
    return processes.get(rank);
  }

  /** Lets a rank come back as soon as it can read the record. */
  void comeBack(int rank, Faults faults) {
    if (!recordIsThere()) {
      time.at(recordIsBackAt, () -> comeBack(rank, faults));
    } else if (!processes.get(rank).isAlive()) {
      processes.get(rank).comeBack(faults);
      planners.forEach(planner -> planner.rank(rank).lostItsState());
    }
  }

  /** As {@link #comeBack}, but what the rank reads of the record may be the table before. */
  void comeBackBehind(int rank, Faults faults) {
    if (!recordIsThere() || record.previous().version() == record.current().version()) {
      comeBack(rank, faults);
    } else if (!processes.get(rank).isAlive()) {
      record.voidUndecided();
      processes.get(rank).comeBackOutdated(record.previous(), faults);
      planners.forEach(planner -> planner.rank(rank).lostItsState());
    }
  }

  /** Returns the number of faults of the planners themselves. */
  int plannerFailures() {
    return planners.stream().mapToInt(Planner::failures).sum();
  }

  /** A switch is committed while steps wait for it on all ranks; who has died has promised it. */
  private void requireAllWait(SwitchId id) {
    for (RankProcess process : processes) {
      require(
          !process.isAlive() || process.waitsFor(id),
          () -> id + " is committed, and a rank does not wait for it");
    }
  }

  private boolean recordIsThere() {
    return time.nanoTime() >= recordIsBackAt;
  }

  /** Lets nobody reach the record for a time. */
  void recordGoesAway(Duration duration) {
    recordIsBackAt = time.nanoTime() + duration.toNanos();
  }

  void use(Faults faults, LinkFaults others) {
    weights.use(faults);
    linkFaults = others;
    links.forEach(link -> link.use(others));
  }

  /** Runs the next event, after which everything has to hold. */
  void step() {
    require(time.runNext(), () -> "nothing happens any more: " + updater().progress());
    require(++events < MOST_EVENTS, () -> "the update never ends: " + updater().progress());
    check();
  }

  /** Runs everything that happens within a time from now. */
  void run(Duration duration) {
    long until = time.nanoTime() + duration.toNanos();
    while (time.nanoTime() < until) {
      step();
    }
  }

  @SuppressWarnings("ReferenceEquality") // The same table is the usual case.
  private void check() {
    require(weights.complaint().isEmpty(), weights::complaint);
    for (int rank = 0; rank < processes.size(); rank++) {
      RankProcess process = processes.get(rank);
      require(process.complaint().isEmpty(), process::complaint);
      if (!process.isAlive() || process.isOutdated()) {
        continue;
      }
      SimulatedRank serving = process.serving();
      require(serving.complaint().isEmpty(), serving::complaint);
      ExpertTable table = process.gate().current();
      GatePhase phase = process.gate().phase();
      if (phase == GatePhase.SWITCHING) {
        require(serving.leases().isEmpty(), () -> "a step runs while its rank switches");
        continue;
      }
      require(phase != GatePhase.BROKEN, () -> "a gate is broken");
      require(
          table == record.current() || table.equals(record.current()),
          () ->
              "a rank serves version %d, the record says %d"
                  .formatted(table.version(), record.current().version()));
      for (ExpertTable lease : serving.leases().values()) {
        require(lease.equals(table), () -> "a step runs with an older version than its rank has");
      }
      if (checkedTable[rank] != table || checkedWrites[rank] != weights.slotWrites()) {
        String wrong = weights.firstDifference(table, rank);
        require(wrong.isEmpty(), () -> wrong);
        checkedTable[rank] = table;
        checkedWrites[rank] = weights.slotWrites();
      }
    }
    require(updater().buffersHeld() >= updater().buffersSetAside(), () -> "more aside than held");
  }

  /** Requires that every rank serves with the record's table. */
  void requireAllOpen() {
    for (RankProcess process : processes) {
      require(process.isAlive(), () -> "a rank is away");
      GatePhase phase = process.gate().phase();
      require(
          phase == GatePhase.OPEN && process.gate().current().equals(record.current()),
          () -> "a gate is %s at version %d".formatted(phase, process.gate().current().version()));
    }
  }

  void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(name + ": " + otherwise.get());
    }
  }
}
