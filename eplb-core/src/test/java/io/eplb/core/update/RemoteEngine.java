package io.eplb.core.update;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.serving.GatePhase;
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
 * An engine of one process per rank in virtual time, with a record that none of them owns, and the
 * checks of everything that has to hold between two events.
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
  private final List<RemoteRank> ranks = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final SimulatedWeights weights;
  private final SimulatedRecord record;
  private final LayerUpdater updater;

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
    record =
        new SimulatedRecord(initial, link(linkFaults, () -> time.nanoTime() >= recordIsBackAt));
    Map<Long, ExpertTable> tableOfStep = new HashMap<>();
    for (int rank = 0; rank < topology.ranks(); rank++) {
      RankProcess process =
          new RankProcess(
              rank,
              time,
              random,
              faults,
              weights,
              record,
              SETTINGS.switchTimeout(),
              tableOfStep,
              this::slowest);
      processes.add(process);
      ranks.add(new RemoteRank(time, process, link(linkFaults, () -> true)));
    }
    updater = new LayerUpdater(record, topology, ranks, 8, 1, SETTINGS, time);
  }

  private Link link(LinkFaults linkFaults, BooleanSupplier reachable) {
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

  LayerUpdater updater() {
    return updater;
  }

  SimulatedWeights weights() {
    return weights;
  }

  RemoteRank rank(int rank) {
    return ranks.get(rank);
  }

  RankProcess process(int rank) {
    return processes.get(rank);
  }

  void comeBack(int rank, Faults faults) {
    processes.get(rank).comeBack(faults);
    ranks.get(rank).lostItsState();
  }

  /** Lets nobody reach the record for a time. */
  void recordGoesAway(Duration duration) {
    recordIsBackAt = time.nanoTime() + duration.toNanos();
  }

  void use(Faults faults, LinkFaults linkFaults) {
    weights.use(faults);
    links.forEach(link -> link.use(linkFaults));
  }

  /** Runs the next event, after which everything has to hold. */
  void step() {
    require(time.runNext(), () -> "nothing happens any more: " + updater.progress());
    require(++events < MOST_EVENTS, () -> "the update never ends: " + updater.progress());
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
      if (!process.isAlive()) {
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
    require(updater.buffersHeld() >= updater.buffersSetAside(), () -> "more aside than held");
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
