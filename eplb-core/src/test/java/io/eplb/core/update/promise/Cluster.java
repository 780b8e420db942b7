package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.promise.RecordServer.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Ranks, planners, the record and the network between them, in virtual time. */
final class Cluster {
  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final EpTopology topology;
  private final int buffers;
  private final UpdateSettings settings;
  private final RankSettings rankSettings;
  private final Complaints complaints = new Complaints();
  private final Trace trace;
  private final Arrows arrows;
  private final Network network;
  private final RecordServer record;
  private final StepLog steps;
  private final List<RankProcess> ranks = new ArrayList<>();
  private final List<RecordClient> clients = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();
  private final List<Runnable> stuck = new ArrayList<>();
  private final long[] stepNanos;
  private Faults faults;
  private final List<PlannerProcess> planners = new ArrayList<>();
  private long epochs;

  Cluster(
      Random random,
      EpTopology topology,
      ExpertTable table,
      int buffers,
      UpdateSettings settings,
      RankSettings rankSettings,
      long stepNanos,
      Faults faults,
      boolean traced) {
    this.random = random;
    this.topology = topology;
    this.buffers = buffers;
    this.settings = settings;
    this.rankSettings = rankSettings;
    this.faults = faults;
    this.trace = new Trace(time, traced);
    this.arrows = new Arrows(trace);
    this.network = new Network(time, random, arrows, faults);
    this.record = new RecordServer(table, time, random, complaints);
    this.steps = new StepLog(topology.ranks(), record::tables, complaints);
    this.stepNanos = new long[topology.ranks()];
    readings.add(record.read());
    for (int rank = 0; rank < topology.ranks(); rank++) {
      this.stepNanos[rank] = stepNanos / (1 + random.nextInt(2));
    }
    for (int rank = 0; rank < topology.ranks(); rank++) {
      ranks.add(new RankProcess(rank, this, GateMemory.inProcess(GateShape.of(table, rank))));
    }
  }

  /** Elects a planner; the one before may still run. */
  PlannerProcess electPlanner() {
    PlannerProcess elected = new PlannerProcess(++epochs, this);
    planners.add(elected);
    elected.start();
    return elected;
  }

  /** Tells all clients of the record, sooner or later. */
  void recordChanged(Reading reading) {
    trace.add(RecordServer.PLACE, reading);
    Reading before = readings.get(readings.size() - 1);
    readings.add(reading);
    if (reading.entry().version() > before.entry().version()) {
      steps.committed(reading.entry().version(), reading.entry().fence());
    }
    clients.removeIf(client -> !client.party().isAlive());
    for (RecordClient client : clients) {
      network.send(
          "watch",
          record.party(),
          client.party().toString(),
          client::party,
          party -> client.learn(reading));
    }
  }

  /** Returns a party's record, which may know an old entry only. */
  RecordClient connect(Party party) {
    RecordClient client =
        new RecordClient(party, this, readings.get(random.nextInt(readings.size())));
    clients.add(client);
    return client;
  }

  /** Lets time pass; returns the first invariant that does not hold, empty if all do. */
  String pass(long nanos) {
    long end = time.nanoTime() + nanos;
    return runUntil(() -> time.nanoTime() >= end, nanos);
  }

  /** Runs until something has happened, which must not take longer than some time. */
  String runUntil(BooleanSupplier done, long nanos) {
    long end = time.nanoTime() + nanos;
    while (!done.getAsBoolean()) {
      if (time.nanoTime() > end) {
        return "nothing happens any more";
      }
      time.runNext();
      String complaint = complaints.first();
      if (!complaint.isEmpty()) {
        return complaint;
      }
    }
    return "";
  }

  /** Returns the step with which a rank that was away takes part again. */
  long firstStepOfNewcomer() {
    long slowest = slowestStep();
    return slowest == Long.MAX_VALUE ? 0 : slowest;
  }

  /** Returns the first step that not all running engines have begun; the greatest if none runs. */
  long slowestStep() {
    long slowest = Long.MAX_VALUE;
    for (RankProcess rank : ranks) {
      slowest = Math.min(slowest, rank.engine().next());
    }
    return slowest;
  }

  /** Lets something that would never happen do so when there are no more faults. */
  void whenFaultsEnd(Runnable event) {
    stuck.add(event);
  }

  /** Ends all faults to come; what has happened remains. */
  void endFaults() {
    faults = Faults.none();
    network.use(faults);
    arrows.endStrikes();
    stuck.forEach(event -> time.at(time.nanoTime(), event));
  }

  /** Returns how long a dead member still counts as one. */
  long sessionNanos() {
    return random.nextInt((int) settings.switchTimeout().toNanos());
  }

  VirtualTime time() {
    return time;
  }

  Random random() {
    return random;
  }

  EpTopology topology() {
    return topology;
  }

  UpdateSettings settings() {
    return settings;
  }

  RankSettings rankSettings() {
    return rankSettings;
  }

  Faults faults() {
    return faults;
  }

  int ranks() {
    return topology.ranks();
  }

  int layers() {
    return record.table().layers();
  }

  int slots() {
    return topology.slotsPerRank();
  }

  int buffers() {
    return buffers;
  }

  long stepNanos(int rank) {
    return stepNanos[rank];
  }

  Complaints complaints() {
    return complaints;
  }

  Trace trace() {
    return trace;
  }

  Arrows arrows() {
    return arrows;
  }

  Network network() {
    return network;
  }

  RecordServer record() {
    return record;
  }

  StepLog steps() {
    return steps;
  }

  RankProcess rank(int rank) {
    return ranks.get(rank);
  }

  /** Returns the planner that was elected last. */
  PlannerProcess planner() {
    return planners.get(planners.size() - 1);
  }

  /** Returns all planners, dead or deposed ones included, in the order of their election. */
  List<PlannerProcess> planners() {
    return planners;
  }
}
