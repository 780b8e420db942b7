package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Counted;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.layer.LayerUpdate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One update: admits layers, starts their transfers and switches them when they are received. Every
 * method is called on the updater's timeline; the updater calls {@link #advance} after every event.
 * Example, with buffers for one layer at a time:
 *
 * <pre>
 *   waiting {4, 9}              in flight {}
 *   advance   4 is admitted     waiting {9}   in flight {4}; 9 lacks buffers
 *   …         4 is received     a switch starts
 *   switched  4 is committed    its buffers are free; advance admits 9
 * </pre>
 */
final class UpdateRun {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateRun.class);

  private final EngineAccess engine;
  private final long number;
  private final List<LayerUpdate> layers;
  private final ArrayDeque<LayerUpdate> waiting = new ArrayDeque<>();

  /** The transfers that hold buffers, in the order of admission. */
  private final List<LayerTransfer> inFlight = new ArrayList<>();

  private final LayerTransfers transfers;
  private final LongSummaryStatistics pauses = new LongSummaryStatistics();
  private final long startedAt;
  private final long versionBefore;

  /** The incarnations of all ranks; empty until all of them have joined. */
  private long[] incarnations = {};

  /** The table that memory and record agree on. */
  private ExpertTable table;

  /** The version that steps get. */
  private long versionAfter;

  /** The first waiting layer if it lacks buffers, and the ledger's changes at that moment. */
  private @Nullable LayerUpdate lacking;

  private long lackingAt;
  private List<LayerProgress> progress = List.of();
  private @Nullable TableSwitch change;
  private int switches;

  /** The first step that the last switch held up in vain, 0 if none did. */
  private long heldInVain;

  /** The reason to abort everything, once the switch under way has ended. */
  private @Nullable AbortReason ending;

  private String whyEnding = "";

  /**
   * Creates a run.
   *
   * @param number the number of the update; greater than those before
   * @param table the table in force
   * @param serving the table of steps, with the same rows
   */
  UpdateRun(
      EngineAccess engine,
      long number,
      ExpertTable table,
      ExpertTable serving,
      List<LayerUpdate> layers) {
    this.engine = engine;
    this.number = number;
    this.table = table;
    this.layers = List.copyOf(layers);
    this.transfers = new LayerTransfers(engine, this::abort);
    this.startedAt = engine.timeline().nanoTime();
    this.versionBefore = serving.version();
    this.versionAfter = versionBefore;
    for (LayerUpdate layer : layers) {
      if (layer.isAtTarget(table)) {
        layer.enter(LayerPhase.COMMITTED);
      } else {
        waiting.add(layer);
      }
    }
  }

  /** Asks all ranks to join, unless there is nothing to do. */
  void start() {
    if (waiting.isEmpty()) {
      return;
    }
    GroupRequest.<Long>ask(
        engine.timeline(),
        engine.events(),
        engine.ranks().size(),
        rank -> engine.ranks().get(rank).join(number, versionBefore),
        engine.settings().switchTimeout(),
        this::joined);
  }

  private void joined(GroupRequest<Long> answers) {
    int missed = answers.missed();
    if (missed >= 0) {
      abortAll(
          AbortReason.of(answers.failure(missed)), answers.explanation("rank " + missed, missed));
      return;
    }
    incarnations = new long[engine.ranks().size()];
    for (int rank = 0; rank < incarnations.length; rank++) {
      incarnations[rank] = answers.value(rank);
    }
  }

  /** Admits layers, starts copies and a switch, as far as possible now. */
  void advance() {
    if (incarnations.length == 0) {
      return;
    }
    admit();
    transfers.start();
    if (change == null && inFlight.stream().anyMatch(LayerTransfer::isComplete)) {
      switches++;
      change =
          new TableSwitch(
              engine,
              new SwitchId(number, switches, table.version() + 1),
              table,
              incarnations,
              this::complete,
              this::switched);
      change.start(heldInVain);
    }
  }

  /**
   * Admits layers in their order. If the first has to wait for buffers the others wait too, so that
   * no layer waits for ever.
   */
  private void admit() {
    while (!waiting.isEmpty()) {
      LayerUpdate layer = waiting.getFirst();
      long known = engine.record().current().version();
      if (change == null && known != table.version()) {
        waiting.removeFirst();
        layer.abort(
            AbortReason.STALE,
            "another writer has replaced version %d; the context is at version %d"
                .formatted(table.version(), known));
        continue;
      }
      if (layer.equals(lacking) && lackingAt == engine.buffers().changes()) {
        return;
      }
      int rank = scarcest(layer);
      int buffers = rank < 0 ? 1 : engine.buffers().usable(rank);
      if (buffers == 0) {
        waiting.removeFirst();
        layer.abort(
            AbortReason.NO_BUFFER,
            "rank %d has no buffer: receives that were given up still write to all %d"
                .formatted(rank, engine.buffers().total(rank)));
        continue;
      }
      LayerUpdate.Stage stage =
          layer.next(table, engine.topology(), engine.settings().migrationLimits(buffers));
      LayerTransfer transfer =
          new LayerTransfer(
              layer, stage, new ProposalId(number, table.version(), layer.number()), engine);
      if (transfer.needsBuffers() && layersWithBuffers() >= engine.settings().maxLayersInFlight()) {
        return;
      }
      if (!transfer.reserve()) {
        lacking = layer;
        lackingAt = engine.buffers().changes();
        return;
      }
      waiting.removeFirst();
      inFlight.add(transfer);
      transfers.add(transfer);
    }
  }

  private long layersWithBuffers() {
    return inFlight.stream().filter(LayerTransfer::needsBuffers).count();
  }

  /** Returns the rank with the fewest usable buffers among those that get an expert; −1 if none. */
  private int scarcest(LayerUpdate layer) {
    int scarcest = -1;
    for (int rank = 0; rank < engine.ranks().size(); rank++) {
      if (layer.gives(table, rank)
          && (scarcest < 0 || engine.buffers().usable(rank) < engine.buffers().usable(scarcest))) {
        scarcest = rank;
      }
    }
    return scarcest;
  }

  private List<LayerTransfer> complete() {
    return inFlight.stream().filter(LayerTransfer::isComplete).toList();
  }

  private void abort(
      LayerTransfer transfer, AbortReason reason, String explanation, @Nullable Throwable thrown) {
    if (!transfer.isAbandoned()) {
      drop(transfer, reason, explanation);
      LOG.warn("layer {} stays as it is: {}", transfer.layer().number(), explanation, thrown);
    }
  }

  private void drop(LayerTransfer transfer, AbortReason reason, String explanation) {
    transfers.remove(transfer);
    transfer.finish();
    inFlight.remove(transfer);
    transfer.layer().abort(reason, explanation);
  }

  private void switched(TableSwitch ended) {
    change = null;
    if (ended.pause() >= 0) {
      pauses.accept(ended.pause());
    }
    heldInVain = Math.max(heldInVain, ended.heldInVain());
    ExpertTable committed = ended.table();
    if (committed != null) {
      table = committed;
      versionAfter = committed.version();
    }
    String broken = ended.broken();
    if (broken != null) {
      ending = AbortReason.INTERNAL;
      whyEnding = broken;
    }
    takeNote(ended.placed());
    if (broken == null) {
      for (TableSwitch.Failure failure : ended.failures()) {
        abort(failure.transfer(), failure.reason(), failure.explanation(), failure.thrown());
      }
    }
    AbortReason reason = ending;
    if (reason != null) {
      abortAll(reason, whyEnding);
    }
  }

  private void takeNote(List<LayerTransfer> placed) {
    List<LayerUpdate> unfinished = new ArrayList<>();
    for (LayerTransfer transfer : placed) {
      inFlight.remove(transfer);
      transfer.finish();
      if (!transfer.layer().committed(table)) {
        unfinished.add(transfer.layer());
      }
    }
    // They go on before others begin.
    Collections.reverse(unfinished);
    unfinished.forEach(waiting::addFirst);
  }

  /** Aborts all layers that are not committed; those in a switch when it has ended. */
  void abortAll(AbortReason reason, String explanation) {
    TableSwitch under = change;
    if (under != null) {
      if (ending == null) {
        ending = reason;
        whyEnding = explanation;
      }
      under.cancel();
    }
    int aborted = waiting.size();
    for (LayerTransfer transfer : List.copyOf(inFlight)) {
      if ((under == null || !transfer.isComplete()) && !transfer.isAbandoned()) {
        drop(transfer, reason, explanation);
        aborted++;
      }
    }
    for (LayerUpdate layer : waiting) {
      layer.abort(reason, explanation);
    }
    waiting.clear();
    if (aborted > 0) {
      LOG.warn("{} not changed: {}", Counted.of(aborted, "layer"), explanation);
    }
  }

  /** Aborts everything after an internal fault; a switch under way goes on to its outcome. */
  void giveUp(String explanation) {
    abortAll(AbortReason.INTERNAL, explanation);
    TableSwitch under = change;
    if (under != null) {
      under.resume();
    }
  }

  /** Ends at once after a second internal fault, without the parts that may have failed. */
  void abandon(String explanation) {
    TableSwitch under = change;
    change = null;
    inFlight.clear();
    waiting.clear();
    for (LayerUpdate layer : layers) {
      if (!layer.progress().phase().isFinal()) {
        layer.abort(AbortReason.INTERNAL, explanation);
      }
    }
    if (under != null) {
      try {
        under.abandon();
      } catch (Throwable thrown) { // Nothing is left to try.
        LOG.error("ranks may wait for the outcome of a switch", thrown);
      }
    }
  }

  boolean isOver() {
    return waiting.isEmpty() && inFlight.isEmpty() && change == null;
  }

  /** Returns whether steps may be held up. */
  boolean isSwitching() {
    return change != null;
  }

  /** Returns the progress of the layers; the same object until it changes. */
  @SuppressWarnings("ReferenceEquality") // Equal ones are never made twice.
  List<LayerProgress> progress() {
    boolean same = progress.size() == layers.size();
    for (int index = 0; same && index < layers.size(); index++) {
      same = progress.get(index) == layers.get(index).progress();
    }
    if (!same) {
      progress = layers.stream().map(LayerUpdate::progress).toList();
    }
    return progress;
  }

  UpdateReport report(long expertBytes) {
    return new UpdateReport(
        versionBefore,
        versionAfter,
        progress(),
        transfers.received(),
        transfers.reloaded(),
        (transfers.received() + transfers.reloaded()) * expertBytes,
        Duration.ofNanos(engine.timeline().nanoTime() - startedAt),
        (int) pauses.getCount(),
        Duration.ofNanos(Math.max(0, pauses.getMax())),
        Duration.ofNanos(pauses.getSum()),
        0,
        0);
  }
}
