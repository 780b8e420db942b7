package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.context.TableChange;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One seeded schedule: an engine of random shape whose ranks run steps while layers are updated and
 * faults happen. After every event all invariants are checked; then the faults cease, and another
 * update has to succeed.
 */
final class Schedule {
  private static final Duration TRANSFER_TIMEOUT = Duration.ofMillis(10);
  private static final Duration DRAIN_TIMEOUT = Duration.ofMillis(5);

  /** Far more than any schedule takes: whoever runs longer hangs. */
  private static final int MOST_EVENTS = 400_000;

  private final long seed;
  private final Random random;
  private final VirtualTime time = new VirtualTime();
  private final EpTopology topology;
  private final int layers;
  private Faults faults;
  private final EplbContext context;
  private final StepGate gate;
  private final SimulatedWeights weights;
  private final List<SimulatedRank> ranks = new ArrayList<>();
  private final LayerUpdater updater;
  private final Map<AbortReason, Integer> aborts = new EnumMap<>(AbortReason.class);
  private int commits;
  private int events;
  private boolean otherWriter;

  /** True while the other writer writes and tells the listeners itself. */
  private boolean othersWrite;

  private long told;
  private String complaint = "";
  private boolean shutdown;
  private boolean otherUpdate;
  private int open;
  private int severalStages;

  /** The table that memory was last found to agree with, and the writes to slots until then. */
  private @Nullable ExpertTable checkedTable;

  private long checkedWrites = -1;

  Schedule(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    int nodes = 1 + random.nextInt(2);
    int ranksOfAll = nodes * (1 + random.nextInt(3));
    int experts = 1 + random.nextInt(8);
    int slots = (experts + ranksOfAll - 1) / ranksOfAll + random.nextInt(3);
    this.topology = EpTopology.of(experts, ranksOfAll, nodes, 1, slots);
    this.layers = 1 + random.nextInt(4);
    this.faults = new Faults(random, random.nextInt(8) == 0);
    ExpertTable initial = table();
    this.told = initial.version();
    this.context = new EplbContext(initial);
    this.gate = new StepGate(initial, time::nanoTime);
    this.weights =
        new SimulatedWeights(
            time, random, faults, initial, 1 + random.nextInt(slots + 1), rank -> stepsInFlight());
    Map<Long, ExpertTable> tableOfStep = new HashMap<>();
    for (int rank = 0; rank < ranksOfAll; rank++) {
      ranks.add(
          new SimulatedRank(rank, time, random, faults, gate, tableOfStep, this::slowest, 200_000));
    }
    context.addListener(this::listen);
    this.updater =
        new LayerUpdater(
            context,
            topology,
            weights,
            gate,
            new UpdateSettings(
                1 + random.nextInt(4),
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                TRANSFER_TIMEOUT,
                DRAIN_TIMEOUT,
                Duration.ofMillis(1)),
            time);
  }

  private ExpertTable table() {
    return ExpertTable.of(random.nextInt(3), topology.experts(), placement(null));
  }

  /** Random rows; where a table is given, some only change a little. */
  private Placement placement(@Nullable ExpertTable from) {
    int physical = topology.physicalExperts();
    Placement.Builder rows = Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    for (int layer = 0; layer < layers; layer++) {
      int[] row = new int[physical];
      int swaps = physical;
      if (from == null || random.nextBoolean()) {
        for (int slot = 0; slot < physical; slot++) {
          row[slot] = slot < topology.experts() ? slot : random.nextInt(topology.experts());
        }
      } else {
        from.copyLayer(layer, row, 0);
        swaps = random.nextInt(3);
      }
      for (int swap = 0; swap < swaps; swap++) {
        int one = random.nextInt(physical);
        int other = random.nextInt(physical);
        int kept = row[one];
        row[one] = row[other];
        row[other] = kept;
      }
      rows.setLayer(layer, row, 0);
      if (random.nextInt(4) == 0) {
        int[] keys = new int[physical];
        for (int slot = 0; slot < physical; slot++) {
          keys[slot] = random.nextInt(3);
        }
        rows.setReplicaOrder(layer, keys, 0);
      }
    }
    return rows.build();
  }

  private boolean stepsInFlight() {
    for (SimulatedRank rank : ranks) {
      if (!rank.leases().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void listen(TableChange change) {
    told = Math.max(told, change.after().version());
    boolean held = gate.phase() == GatePhase.DRAINING || gate.phase() == GatePhase.SWITCHING;
    if (held && !othersWrite && complaint.isEmpty()) { // What it throws here the updater catches.
      complaint = "listeners are told while the gate is " + gate.phase();
    }
    if (random.nextDouble() < faults.listenerBreaksMachine) {
      throw new StackOverflowError("a listener of version " + change.after().version());
    }
    if (random.nextDouble() < faults.listenerThrows) {
      throw new IllegalStateException("a listener of version " + change.after().version());
    }
  }

  private long slowest() {
    long slowest = Long.MAX_VALUE;
    for (SimulatedRank rank : ranks) {
      slowest = Math.min(slowest, rank.next());
    }
    return slowest;
  }

  void run() {
    int updates = 1 + random.nextInt(3);
    for (int update = 0; update < updates; update++) {
      disturb();
      update(context.current().version() + (random.nextInt(20) == 0 ? 1 : 0));
    }
    recover();
  }

  /** Lets other things happen some time during the next update. */
  private void disturb() {
    if (random.nextDouble() < faults.anotherWriter) {
      time.at(
          time.nanoTime() + random.nextInt(15_000_000),
          () -> {
            otherWriter = true;
            ExpertTable before = context.current();
            Placement rows = placement(before);
            othersWrite = true;
            try {
              context.replaceLayers(before.version(), new int[] {random.nextInt(layers)}, rows);
            } catch (StackOverflowError thrownByListener) {
              // The update stands; the writer is told that the machine is broken.
            } finally {
              othersWrite = false;
            }
          });
    }
    if (random.nextDouble() < faults.shutdown) {
      time.at(
          time.nanoTime() + random.nextInt(15_000_000),
          () -> {
            shutdown = true;
            updater.close();
            updater.close();
          });
    }
    if (random.nextDouble() < faults.secondUpdateMeanwhile) {
      time.at(
          time.nanoTime() + random.nextInt(5_000_000),
          () -> {
            open++;
            updater
                .update(context.current().version(), placement(context.current()), new int[] {0})
                .thenAccept(
                    report -> {
                      open--;
                      count(report);
                      otherUpdate |= report.versionAfter() != report.versionBefore();
                    });
          });
    }
  }

  /** Updates random layers and runs until the answer is there. */
  private UpdateReport update(long version) {
    ExpertTable before = context.current();
    Placement next = placement(before);
    int[] order = new int[1 + random.nextInt(layers)];
    List<Integer> all = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      all.add(layer);
    }
    Collections.shuffle(all, random);
    for (int index = 0; index < order.length; index++) {
      order[index] = all.get(index);
    }
    CompletableFuture<UpdateReport> answer =
        updater.update(version, next, order).toCompletableFuture();
    while (!answer.isDone()) {
      require(time.runNext(), () -> "the update waits for nothing: " + updater.progress());
      require(++events < MOST_EVENTS, () -> "the update never ends: " + updater.progress());
      check();
    }
    UpdateReport report = answer.join();
    require(report.layers().size() == order.length, "a layer is missing in " + report);
    ExpertTable serving = gate.current();
    require(report.versionAfter() == serving.version(), serving + " serves after " + report);
    for (int index = 0; index < order.length; index++) {
      LayerProgress layer = report.layers().get(index);
      require(layer.layer() == order[index], "another order in " + report);
      require(layer.phase().isFinal(), "a layer was lost in " + report);
      boolean atTarget = serving.sameLayer(layer.layer(), next);
      if (layer.phase() == LayerPhase.COMMITTED) {
        require(atTarget || otherWriter, "a committed layer is not at its target in " + report);
      } else {
        require(
            layer.commits() > 0
                || serving.sameLayer(layer.layer(), before.placement())
                || otherWriter
                || otherUpdate,
            "an aborted layer has changed in " + report);
      }
    }
    count(report);
    return report;
  }

  private void count(UpdateReport report) {
    for (LayerProgress layer : report.layers()) {
      AbortReason reason = layer.reason();
      if (reason != null) {
        aborts.merge(reason, 1, Integer::sum);
      }
      commits += layer.commits();
      severalStages += layer.commits() > 1 ? 1 : 0;
    }
  }

  /** Checks everything that has to hold at every instant. */
  @SuppressWarnings("ReferenceEquality") // The same table is the usual case.
  private void check() {
    require(complaint.isEmpty(), complaint);
    require(
        gate.phase() == GatePhase.OPEN || told >= gate.current().version(),
        "steps are held up again before listeners know their version");
    require(weights.complaint().isEmpty(), weights.complaint());
    // While steps wait for the outcome of a switch, memory is ahead of the table, or the context
    // is.
    boolean agrees = gate.phase() == GatePhase.OPEN || gate.phase() == GatePhase.DRAINING;
    boolean unchanged = gate.current() == checkedTable && weights.slotWrites() == checkedWrites;
    for (int rank = 0; rank < ranks.size(); rank++) {
      require(ranks.get(rank).complaint().isEmpty(), ranks.get(rank).complaint());
      for (ExpertTable lease : ranks.get(rank).leases().values()) {
        String wrong = lease == gate.current() ? "" : weights.firstDifference(lease, rank);
        require(wrong.isEmpty(), () -> wrong + ", and a step reads it");
      }
      if (agrees && !unchanged) {
        String wrong = weights.firstDifference(gate.current(), rank);
        require(wrong.isEmpty(), wrong);
      }
    }
    if (agrees) {
      checkedTable = gate.current();
      checkedWrites = weights.slotWrites();
      require(
          otherWriter
              || context.current() == gate.current()
              || context.current().equals(gate.current()),
          "the context has another table than steps");
    } else {
      require(!stepsInFlight(), () -> "a step runs though the gate is " + gate.phase());
    }
    require(updater.buffersHeld() >= updater.buffersSetAside(), "more set aside than held");
  }

  /** The faults cease: nothing may be left over, and an update works again. */
  private void recover() {
    Faults none = new Faults(random, true);
    weights.use(none);
    faults = none;
    settle();
    require(
        updater.buffersHeld() == updater.buffersSetAside()
            && updater.buffersSetAside() >= weights.stagesWithheld(),
        "buffers leak: "
            + updater.buffersHeld()
            + " held, "
            + updater.buffersSetAside()
            + " aside");
    weights.endWhatNeverEnds();
    settle();
    require(weights.copiesRunning() == 0, "copies are still running");
    require(
        updater.buffersHeld() == weights.stagesWithheld(),
        "buffers leak: %d are held, %d may be"
            .formatted(updater.buffersHeld(), weights.stagesWithheld()));
    for (SimulatedRank rank : ranks) {
      rank.recover(none);
    }
    if (otherWriter) {
      // What serves is put back into the context by whoever has disturbed.
      int[] every = new int[layers];
      for (int layer = 0; layer < layers; layer++) {
        every[layer] = layer;
      }
      try {
        context.replaceLayers(context.current().version(), every, gate.current().placement());
      } catch (StackOverflowError thrownByListener) {
        // As above.
      }
    }
    boolean broken = gate.phase() == GatePhase.BROKEN;
    UpdateReport report = update(context.current().version());
    if (shutdown || broken) {
      require(
          report.layers().stream().allMatch(layer -> layer.commits() == 0),
          "it should refuse " + report);
    } else if (weights.stagesWithheld() == 0) {
      require(report.complete(), "it should work again: " + report);
    }
    ranks.forEach(SimulatedRank::rest);
  }

  /** Runs until everything that was under way has come to its end. */
  private void settle() {
    long until = time.nanoTime() + 2 * TRANSFER_TIMEOUT.toNanos();
    while ((time.nanoTime() < until || open > 0) && time.runNext()) {
      require(++events < MOST_EVENTS, () -> "an update never ends: " + updater.progress());
      check();
    }
  }

  private void require(boolean holds, String otherwise) {
    require(holds, () -> otherwise);
  }

  private void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError("seed " + seed + ": " + otherwise.get());
    }
  }

  Map<AbortReason, Integer> aborts() {
    return aborts;
  }

  int commits() {
    return commits;
  }

  int severalStages() {
    return severalStages;
  }
}
