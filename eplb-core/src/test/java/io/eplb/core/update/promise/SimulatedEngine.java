package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.EngineGate.StartTable;
import io.eplb.core.engine.shared.GateMemory;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One start of a rank's engine: memory, gate, and steps that begin and end at a varying pace,
 * several at once. Each step reads all experts of its table when it begins and when it ends.
 */
final class SimulatedEngine {
  /** Ranks need each other's tokens, so none gets far ahead of the others. */
  private static final int MOST_AHEAD = 8;

  private final int rank;
  private final Cluster cluster;
  private final Party party;
  private final SimulatedMemory memory;
  private final GateMemory gateMemory;
  private final EngineGate gate;
  private final int mostInFlight;
  private long next = Long.MAX_VALUE;
  private final NavigableSet<Long> inFlight = new TreeSet<>();
  private long lastVersion = -1;
  private boolean broken;
  private int exchangesToFail;
  private long waited;
  private long waitsSince = -1;

  /** Starts without a table, which the agent has to give. */
  SimulatedEngine(int rank, Cluster cluster, GateMemory gateMemory, SimulatedMemory memory) {
    this.rank = rank;
    this.cluster = cluster;
    this.party = new Party("engine " + rank, cluster.time(), cluster.random());
    this.memory = memory;
    this.gate =
        new EngineGate(
            gateMemory, new EngineSlots(cluster.ranks(), memory, this::exchange), Runnable::run);
    this.gateMemory = gateMemory;
    this.mostInFlight = 1 + cluster.random().nextInt(4);
    later(this::awaitTable);
  }

  private void later(Runnable action) {
    long pause = 1 + (long) (cluster.random().nextDouble() * cluster.stepNanos(rank));
    cluster.time().at(cluster.time().nanoTime() + pause, () -> party.run(action));
  }

  private void awaitTable() {
    gate.tryStart()
        .ifPresentOrElse(
            start -> {
              memory.load(rank, start.table()); // From the checkpoint.
              later(() -> open(start));
            },
            () -> later(this::awaitTable));
  }

  private void open(StartTable start) {
    cluster.trace().add(party, "starts with version " + start.table().version());
    gate.open(start.table(), start.firstStep());
    next = start.firstStep();
    act();
  }

  private void act() {
    if (broken) {
      return;
    }
    boolean hasRoom =
        inFlight.isEmpty()
            || (inFlight.size() < mostInFlight
                && next < inFlight.first() + EngineGate.MAX_IN_FLIGHT);
    if (hasRoom && next <= cluster.slowestStep() + MOST_AHEAD) {
      begin();
    }
    later(this::act);
  }

  private void begin() {
    long step = next;
    ExpertTable table;
    try {
      table = gate.tryBegin(step);
    } catch (InternalException stopped) {
      cluster.trace().add(party, stopped);
      broken = true;
      return;
    }
    noteWait(table == null && new AgentGate(gateMemory).status().waiting());
    if (table == null) {
      return;
    }
    next++;
    inFlight.add(step);
    noteVersion(step, table.version());
    cluster.steps().begun(rank, step, table);
    readExperts(step, table);
    Random random = cluster.random();
    if (random.nextDouble() < cluster.faults().stepHangs) {
      long until = cluster.time().nanoTime() + cluster.faults().outage(random);
      cluster.time().at(until, () -> party.run(() -> end(step, table)));
    } else {
      later(() -> end(step, table));
    }
  }

  private void noteVersion(long step, long version) {
    String what = "begins step " + step + " with version " + version;
    if (version == lastVersion) {
      cluster.trace().add(party, what);
    } else {
      lastVersion = version;
      cluster.arrows().cross(party, what, () -> {});
    }
  }

  private void end(long step, ExpertTable table) {
    readExperts(step, table);
    inFlight.remove(step);
    gate.end(step);
  }

  private void readExperts(long step, ExpertTable table) {
    String difference = memory.firstDifference(rank, table);
    if (!difference.isEmpty()) {
      cluster.complaints().add(party, "step " + step + ": " + difference);
    }
  }

  private void exchange(int layer, int slot, int buffer) {
    if (!inFlight.isEmpty()) {
      cluster
          .complaints()
          .add(party, "layer " + layer + ", slot " + slot + " is written while a step reads it");
    }
    if (memory.isWritten(buffer)) {
      cluster.complaints().add(party, "buffer " + buffer + " is exchanged while it is written");
    }
    if (exchangesToFail == 0 && cluster.random().nextDouble() < cluster.faults().exchangeFails) {
      exchangesToFail = 1 + cluster.random().nextInt(3);
    }
    if (exchangesToFail > 0) {
      exchangesToFail--;
      throw new IllegalStateException("the table of blocks is locked");
    }
    cluster.trace().add(party, "exchanges layer " + layer + " slot " + slot + " buffer " + buffer);
    memory.exchange(layer, slot, buffer);
  }

  private void noteWait(boolean waits) {
    long now = cluster.time().nanoTime();
    if (waits && waitsSince < 0) {
      waitsSince = now;
    } else if (!waits && waitsSince >= 0) {
      waited += now - waitsSince;
      waitsSince = -1;
    }
  }

  /** Returns the nanoseconds that steps have waited for an outcome. */
  long waited() {
    return waited;
  }

  /** Returns whether it runs steps. */
  boolean isServing() {
    return party.isAlive() && !broken && next < Long.MAX_VALUE;
  }

  /** Returns whether it is dead, or begins no step any more. */
  boolean needsRestart() {
    return broken || !party.isAlive();
  }

  /** Returns the first step that it has not begun; the greatest if it does not run. */
  long next() {
    return isServing() ? next : Long.MAX_VALUE;
  }

  Party party() {
    return party;
  }

  SimulatedMemory memory() {
    return memory;
  }

  /** Returns the table of the next step; null before the first. */
  @Nullable ExpertTable table() {
    return gate.current();
  }
}
