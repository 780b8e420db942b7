package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One update: decides which layer's turn it is. Every method is called on the updater's timeline,
 * which calls {@link #advance} after every event.
 */
final class UpdateRun {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateRun.class);

  private final EngineAccess engine;
  private final long number;
  private final List<LayerJob> jobs;
  private final ArrayDeque<LayerJob> waiting;

  /** What holds buffers, in the order of admission. */
  private final List<Shipment> inFlight = new ArrayList<>();

  private final Deliveries deliveries;
  private final Pauses pauses = new Pauses();
  private final long startedAt;
  private final long versionBefore;

  /** What memory and record agree on. */
  private ExpertTable table;

  /** What steps get. */
  private ExpertTable serving;

  private @Nullable TableSwitch change;
  private int switches;

  /** The first step that the last switch held up in vain, 0 if none did. */
  private long heldInVain;

  /** Why everything is to be aborted, once the switch under way has ended. */
  private @Nullable AbortReason ending;

  private String whyEnding = "";
  private @Nullable String broken;

  /**
   * Creates a run.
   *
   * @param number names the update; greater than those before
   * @param table the table in force
   * @param serving the one that steps get, which has the same rows
   */
  UpdateRun(
      EngineAccess engine,
      long number,
      ExpertTable table,
      ExpertTable serving,
      List<LayerJob> jobs) {
    this.engine = engine;
    this.number = number;
    this.table = table;
    this.serving = serving;
    this.jobs = List.copyOf(jobs);
    this.waiting = new ArrayDeque<>();
    this.deliveries = new Deliveries(engine, this::abort);
    this.startedAt = engine.timeline().nanoTime();
    this.versionBefore = serving.version();
    for (LayerJob job : jobs) {
      if (job.isAtTarget(table)) {
        job.enter(LayerPhase.COMMITTED);
      } else {
        waiting.add(job);
      }
    }
  }

  /** Does everything that has become possible. */
  void advance() {
    admit();
    deliveries.start();
    if (change == null && !complete().isEmpty()) {
      switches++;
      change =
          new TableSwitch(
              engine,
              new SwitchId(number, switches, table.version() + 1),
              table,
              this::complete,
              this::switched);
      change.start(heldInVain);
    }
  }

  /**
   * Admits layers in their order. The first that has to wait for buffers makes the others wait too,
   * so that none waits for good.
   */
  private void admit() {
    while (!waiting.isEmpty() && inFlight.size() < engine.settings().maxLayersInFlight()) {
      LayerJob job = waiting.getFirst();
      long known = engine.record().current().version();
      if (change == null && known != table.version()) {
        waiting.removeFirst();
        job.abort(
            AbortReason.STALE,
            "another writer has replaced version %d; the context is at version %d"
                .formatted(table.version(), known));
        continue;
      }
      int rank = scarcest(job);
      int buffers = engine.buffers().usable(rank);
      if (buffers == 0) {
        waiting.removeFirst();
        job.abort(
            AbortReason.NO_BUFFER,
            "rank %d has no buffer: receives that were given up still write to all %d"
                .formatted(rank, engine.buffers().total(rank)));
        continue;
      }
      Shipment shipment = job.nextShipment(table, buffers, number, engine);
      if (!shipment.reserve()) {
        return;
      }
      waiting.removeFirst();
      inFlight.add(shipment);
      deliveries.add(shipment);
    }
  }

  /** Returns the rank with the fewest usable buffers among those that change. */
  private int scarcest(LayerJob job) {
    int scarcest = -1;
    for (int rank = 0; rank < engine.ranks().size(); rank++) {
      if (job.changes(table, rank)
          && (scarcest < 0 || engine.buffers().usable(rank) < engine.buffers().usable(scarcest))) {
        scarcest = rank;
      }
    }
    return scarcest;
  }

  private List<Shipment> complete() {
    return inFlight.stream().filter(Shipment::isComplete).toList();
  }

  private void abort(
      Shipment shipment, AbortReason reason, String explanation, @Nullable Throwable thrown) {
    if (shipment.isAbandoned()) {
      return;
    }
    deliveries.remove(shipment);
    shipment.finish();
    inFlight.remove(shipment);
    shipment.job().abort(reason, explanation);
    LOG.warn("layer {} stays as it is: {}", shipment.job().layer(), explanation, thrown);
  }

  private void switched(TableSwitch ended) {
    change = null;
    if (ended.pause() >= 0) {
      pauses.add(ended.pause());
    }
    heldInVain = Math.max(heldInVain, ended.heldInVain());
    ExpertTable committed = ended.table();
    if (committed != null) {
      table = committed;
      serving = committed;
    }
    broken = ended.broken();
    if (broken != null) {
      ending = AbortReason.INTERNAL;
      whyEnding = broken;
    }
    takeNote(ended.placed());
    if (broken == null) {
      for (TableSwitch.Failure failure : ended.failures()) {
        abort(failure.shipment(), failure.reason(), failure.explanation(), failure.thrown());
      }
    }
    AbortReason reason = ending;
    if (reason != null) {
      abortAll(reason, whyEnding);
    }
  }

  private void takeNote(List<Shipment> placed) {
    List<LayerJob> unfinished = new ArrayList<>();
    for (Shipment shipment : placed) {
      inFlight.remove(shipment);
      shipment.finish();
      if (!shipment.job().committed(table)) {
        unfinished.add(shipment.job());
      }
    }
    // They go on before others begin.
    Collections.reverse(unfinished);
    unfinished.forEach(waiting::addFirst);
  }

  /** Aborts everything that is not committed, what is being switched as soon as that has ended. */
  void abortAll(AbortReason reason, String explanation) {
    TableSwitch under = change;
    if (under != null) {
      if (ending == null) {
        ending = reason;
        whyEnding = explanation;
      }
      under.cancel();
    }
    for (Shipment shipment : List.copyOf(inFlight)) {
      if (under == null || !shipment.isComplete()) {
        abort(shipment, reason, explanation, null);
      }
    }
    for (LayerJob job : waiting) {
      job.abort(reason, explanation);
    }
    waiting.clear();
  }

  /** After a fault of ours in a switch: tells the ranks what is known, and waits for nothing. */
  void dropSwitch() {
    TableSwitch under = change;
    if (under != null) {
      change = null;
      ExpertTable committed = under.table();
      if (committed != null) {
        table = committed;
        serving = committed;
      }
      under.abandon();
    }
  }

  /** As {@link #abortAll}, but touches nothing: what should be touched has failed. */
  void abandon(AbortReason reason, String explanation) {
    change = null;
    inFlight.clear();
    waiting.clear();
    for (LayerJob job : jobs) {
      if (!job.phase().isFinal()) {
        job.abort(reason, explanation);
      }
    }
  }

  boolean isOver() {
    return waiting.isEmpty() && inFlight.isEmpty() && change == null;
  }

  /** Returns the table that steps get. */
  ExpertTable serving() {
    return serving;
  }

  /** Returns why a rank cannot serve any more; null if all can. */
  @Nullable String broken() {
    return broken;
  }

  List<LayerProgress> progress() {
    return jobs.stream().map(LayerJob::progress).toList();
  }

  UpdateReport report(long expertBytes) {
    return new UpdateReport(
        versionBefore,
        serving.version(),
        progress(),
        deliveries.received(),
        deliveries.received() * expertBytes,
        Duration.ofNanos(engine.timeline().nanoTime() - startedAt),
        pauses.count(),
        pauses.longest(),
        pauses.total());
  }
}
