package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.serving.GatePhase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One update: an event machine that brings the layers to their new rows. Every method is called on
 * the updater's timeline, which calls {@link #advance} after every event.
 */
final class UpdateRun {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateRun.class);

  private final EngineAccess engine;
  private final List<LayerJob> jobs;
  private final ArrayDeque<LayerJob> waiting;

  /** What holds buffers, in the order of admission. */
  private final List<Shipment> inFlight = new ArrayList<>();

  private final TransferQueue transfers;
  private final Pauses pauses = new Pauses();
  private final long startedAt;
  private final long versionBefore;

  /** What memory, context and gate agree on. */
  private ExpertTable table;

  private @Nullable Drain drain;

  /**
   * The first step that the last drain held up in vain, 0 if none did. Steps are not held up again
   * while earlier ones are still in flight: a rank that has died would make all others stall for
   * every layer.
   */
  private long heldUpAt;

  private long received;

  UpdateRun(EngineAccess engine, ExpertTable table, List<LayerJob> jobs) {
    this.engine = engine;
    this.table = table;
    this.jobs = List.copyOf(jobs);
    this.waiting = new ArrayDeque<>();
    this.transfers = new TransferQueue(engine.ranks().size(), engine.settings(), this::start);
    this.startedAt = engine.timeline().nanoTime();
    this.versionBefore = engine.gate().current().version();
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
    transfers.start();
    if (drain == null && inFlight.stream().anyMatch(Shipment::isComplete)) {
      if (engine.gate().firstRankBehind(heldUpAt) < 0) {
        closeGate();
      } else {
        abortUndrained(heldUpAt);
        // What waited for their buffers can go on.
        engine.events().execute(() -> {});
      }
    }
  }

  /**
   * Admits layers in their order. The first that has to wait for buffers makes the others wait too,
   * so that none waits for good.
   */
  private void admit() {
    while (!waiting.isEmpty() && inFlight.size() < engine.settings().maxLayersInFlight()) {
      LayerJob job = waiting.getFirst();
      if (engine.context().current().version() != table.version()) {
        waiting.removeFirst();
        job.abort(
            AbortReason.STALE,
            "another writer has replaced version %d; the context is at version %d"
                .formatted(table.version(), engine.context().current().version()));
        continue;
      }
      int rank = scarcest(job);
      int buffers = engine.ranks().get(rank).usable();
      if (buffers == 0) {
        waiting.removeFirst();
        job.abort(
            AbortReason.NO_BUFFER,
            "rank %d has no buffer: receives that were given up still write to all %d"
                .formatted(rank, engine.ranks().get(rank).total()));
        continue;
      }
      Shipment shipment = job.nextShipment(table, buffers, engine);
      if (!shipment.reserve()) {
        return;
      }
      waiting.removeFirst();
      job.enter(LayerPhase.READY);
      inFlight.add(shipment);
      transfers.add(shipment);
    }
  }

  /** Returns the rank with the fewest usable buffers among those that change. */
  private int scarcest(LayerJob job) {
    int scarcest = -1;
    for (int rank = 0; rank < engine.ranks().size(); rank++) {
      if (job.changes(table, rank)
          && (scarcest < 0
              || engine.ranks().get(rank).usable() < engine.ranks().get(scarcest).usable())) {
        scarcest = rank;
      }
    }
    return scarcest;
  }

  private void start(Shipment shipment, int index) {
    WeightMove move = shipment.receive(index);
    if (shipment.job().phase() == LayerPhase.READY) {
      // Only now, so that a layer does not pay for those whose copies it has to wait for.
      shipment.job().enter(LayerPhase.TRANSFERRING);
      shipment.setTimeout(
          engine
              .timeline()
              .schedule(
                  () -> engine.events().execute(() -> transferTimedOut(shipment)),
                  engine.settings().transferTimeout()));
    }
    shipment.started(index);
    CompletionStage<Void> stage;
    try {
      stage =
          engine
              .ranks()
              .get(move.destination().rank())
              .receive(
                  shipment.job().layer(),
                  move.source().rank(),
                  move.source().index(),
                  shipment.bufferOf(index));
    } catch (Throwable thrown) { // The engine's fault, whatever it is, costs this layer only.
      engine.events().execute(() -> ended(shipment, index, thrown));
      return;
    }
    try {
      stage.whenComplete(
          (nothing, thrown) -> engine.events().execute(() -> ended(shipment, index, thrown)));
    } catch (Throwable thrown) {
      // No stage, or none that tells: nobody will ever know whether the buffer is still written to.
      engine
          .events()
          .execute(
              () ->
                  abort(
                      shipment,
                      AbortReason.RECEIVE_FAILED,
                      move + ": the engine gave no stage to wait for"));
    }
  }

  private void ended(Shipment shipment, int index, @Nullable Throwable thrown) {
    if (shipment.isAbandoned()) {
      shipment.ended(index);
      return;
    }
    transfers.ended(shipment, index);
    shipment.ended(index);
    WeightMove move = shipment.receive(index);
    if (thrown != null) {
      abort(shipment, AbortReason.RECEIVE_FAILED, move + ": " + ThrownReason.of(thrown), thrown);
      return;
    }
    if (move.crossesRanks()) {
      received++;
    }
    if (shipment.isComplete()) {
      shipment.cancelTimeout();
    }
  }

  private void transferTimedOut(Shipment shipment) {
    if (!shipment.isAbandoned() && !shipment.isComplete()) {
      int running = 0;
      for (int index = 0; index < shipment.receives(); index++) {
        running += shipment.isRunning(index) ? 1 : 0;
      }
      abort(
          shipment,
          AbortReason.TRANSFER_TIMEOUT,
          "%d of %d experts were still being received after %s"
              .formatted(running, shipment.receives(), engine.settings().transferTimeout()));
    }
  }

  private void abort(Shipment shipment, AbortReason reason, String explanation) {
    abort(shipment, reason, explanation, null);
  }

  private void abort(
      Shipment shipment, AbortReason reason, String explanation, @Nullable Throwable thrown) {
    if (shipment.isAbandoned()) {
      return;
    }
    transfers.remove(shipment);
    shipment.finish();
    inFlight.remove(shipment);
    shipment.job().abort(reason, explanation);
    LOG.warn("layer {} stays as it is: {}", shipment.job().layer(), explanation, thrown);
  }

  private void closeGate() {
    Drain begun = new Drain(engine.timeline().nanoTime());
    drain = begun;
    Duration limit = engine.settings().drainTimeout();
    begun.from =
        engine.gate().close(limit, () -> engine.events().execute(() -> switchIfDrained(begun)));
    begun.timeout =
        engine
            .timeline()
            .schedule(() -> engine.events().execute(() -> drainTimedOut(begun)), limit);
    engine.events().execute(() -> switchIfDrained(begun));
  }

  private void switchIfDrained(Drain draining) {
    if (drain != draining) {
      return;
    }
    if (engine.gate().phase() != GatePhase.DRAINING) {
      drainFailed(draining);
    } else if (engine.gate().drained()) {
      if (engine.gate().startSwitch(engine.settings().switchTimeout())) {
        draining.timeout.cancel();
        switchTables(draining);
      } else {
        drainTimedOut(draining);
      }
    }
  }

  private void drainTimedOut(Drain draining) {
    if (drain == draining) {
      engine.gate().reopen();
      drainFailed(draining);
    }
  }

  private void drainFailed(Drain draining) {
    endDrain(draining);
    heldUpAt = draining.from;
    abortUndrained(draining.from);
  }

  private void abortUndrained(long from) {
    int rank = engine.gate().firstRankBehind(from);
    String who = rank < 0 ? "" : "; rank " + rank + " has not";
    for (Shipment shipment : complete()) {
      abort(
          shipment,
          AbortReason.DRAIN_TIMEOUT,
          "steps before %d have not all begun and ended within %s%s"
              .formatted(from, engine.settings().drainTimeout(), who));
    }
  }

  private void endDrain(Drain draining) {
    draining.timeout.cancel();
    drain = null;
    pauses.add(engine.timeline().nanoTime() - draining.begun);
  }

  private List<Shipment> complete() {
    return inFlight.stream().filter(Shipment::isComplete).toList();
  }

  /** Switches to all layers that are ready for it, also those that were not when draining began. */
  private void switchTables(Drain draining) {
    TableSwitch change = new TableSwitch(engine, table);
    change.carryOut(complete());
    String broken = change.broken();
    if (broken != null) {
      engine.gate().fail(broken);
      endDrain(draining);
      abortAll(AbortReason.INTERNAL, broken);
      return;
    }
    table = change.table();
    engine.gate().open(table);
    endDrain(draining);
    for (TableSwitch.Failure failure : change.failures()) {
      abort(failure.shipment(), failure.reason(), failure.explanation());
    }
    List<LayerJob> unfinished = new ArrayList<>();
    for (Shipment shipment : change.placed()) {
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

  /** Aborts everything that is not committed, and opens the gate if it is draining. */
  void abortAll(AbortReason reason, String explanation) {
    Drain draining = drain;
    if (draining != null) {
      engine.gate().reopen();
      endDrain(draining);
    }
    for (Shipment shipment : List.copyOf(inFlight)) {
      abort(shipment, reason, explanation);
    }
    for (LayerJob job : waiting) {
      job.abort(reason, explanation);
    }
    waiting.clear();
  }

  /** As {@link #abortAll}, but touches neither ranks nor gate: they have failed. */
  void abandon(AbortReason reason, String explanation) {
    drain = null;
    inFlight.clear();
    waiting.clear();
    for (LayerJob job : jobs) {
      if (!job.phase().isFinal()) {
        job.abort(reason, explanation);
      }
    }
  }

  boolean isOver() {
    return waiting.isEmpty() && inFlight.isEmpty() && drain == null;
  }

  List<LayerProgress> progress() {
    return jobs.stream().map(LayerJob::progress).toList();
  }

  UpdateReport report(long expertBytes) {
    return new UpdateReport(
        versionBefore,
        engine.gate().current().version(),
        progress(),
        received,
        received * expertBytes,
        Duration.ofNanos(engine.timeline().nanoTime() - startedAt),
        pauses.count(),
        pauses.longest(),
        pauses.total());
  }

  /** One time that the gate is closed. */
  private static final class Drain {
    private final long begun;

    /** The first step that is held up. */
    private long from;

    private Timeline.Scheduled timeout = () -> {};

    Drain(long begun) {
      this.begun = begun;
    }
  }
}
