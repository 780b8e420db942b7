package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.layer.LayerUpdate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One update by promised switches: all ranks join, then layers are prepared as far as buffers go,
 * and switched together when all of these are prepared. Layers that are prepared while a switch is
 * under way belong to the next one. Belongs to the updater's timeline. Example, with buffers for
 * two layers at a time:
 *
 * <pre>
 *   waiting {4, 9, 2}   4 and 9 are prepared
 *   waiting {2}         4 and 9 are switched; their buffers are free when all ranks have switched
 *   waiting {}          2 is prepared and switched
 * </pre>
 */
final class PromisedRun {
  private static final Logger LOG = LoggerFactory.getLogger(PromisedRun.class);

  private final Group group;
  private final Committed committed;
  private final List<LayerUpdate> layers;
  private final ArrayDeque<LayerUpdate> waiting = new ArrayDeque<>();

  /** The layers that hold buffers: those that are prepared, and those that will be. */
  private final List<LayerInFlight> inFlight = new ArrayList<>();

  private final long startedAt;
  private final long versionBefore;
  private ExpertTable table;
  private TableDigest digest;
  private long fence;
  private @Nullable FreeBuffers buffers;

  /** True when all ranks have been asked to carry out the version before the update. */
  private boolean afterFence;

  private @Nullable PromisedSwitch change;
  private List<LayerInFlight> switching = List.of();
  private List<LayerProgress> progress = List.of();
  private long received;
  private long reloaded;
  private int voided;
  private long lead;

  /** The reason to abort everything; null while there is none. */
  private PromisedSwitch.@Nullable Failure ending;

  /**
   * Creates a run.
   *
   * @param table the table in force
   * @param fence the first step of its version
   * @param committed hears of every table that comes into force
   */
  PromisedRun(
      Group group, ExpertTable table, long fence, List<LayerUpdate> layers, Committed committed) {
    this.group = group;
    this.table = table;
    this.digest = TableDigest.of(table);
    this.fence = fence;
    this.layers = List.copyOf(layers);
    this.committed = committed;
    this.startedAt = group.timeline().nanoTime();
    this.versionBefore = table.version();
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
    long first = group.names().nextPreparation();
    long since = group.timeline().nanoTime();
    group.<RankLink.Joined>ask(
        rank -> rank.join(group.epoch(), first, versionBefore),
        group.settings().switchTimeout(),
        answers -> joined(answers, since));
  }

  private void joined(GroupRequest<RankLink.Joined> answers, long since) {
    if (ending != null) {
      return; // A later update may have begun.
    }
    int missed = answers.missed();
    if (missed >= 0) {
      abortAll(
          AbortReason.of(answers.failure(missed)), answers.explanation("rank " + missed, missed));
      return;
    }
    List<RankLink.Joined> joined = new ArrayList<>();
    long fastest = 0;
    for (LosableLink rank : group.ranks()) {
      RankLink.Joined answer = answers.value(rank.rank());
      rank.joined(answer.incarnation());
      joined.add(answer);
      fastest = Math.max(fastest, answer.nextStep());
    }
    long now = group.timeline().nanoTime();
    group.lead().request(now - since);
    group.lead().step(fastest, now);
    if (!afterFence && joined.stream().anyMatch(answer -> answer.nextStep() <= fence)) {
      afterFence();
    } else {
      buffers = new FreeBuffers(joined);
    }
  }

  /**
   * Joins again when all ranks have carried out the version in force: an earlier planner committed
   * it to a fence that some have not come to, and its buffers are not free before.
   */
  private void afterFence() {
    afterFence = true;
    group.tell(
        rank -> rank.switched(versionBefore),
        PromisedSwitch.FOR_EVER,
        answers -> {
          int failed = answers.failed();
          if (failed >= 0) {
            abortAll(
                AbortReason.of(answers.failure(failed)),
                answers.explanation("rank " + failed, failed));
          } else if (ending == null) {
            start();
          }
        });
  }

  /** Prepares layers, and starts a switch, as far as possible now. */
  void advance() {
    FreeBuffers known = buffers;
    if (known == null || ending != null) {
      return;
    }
    admit(known);
    if (change == null
        && !inFlight.isEmpty()
        && inFlight.stream().allMatch(LayerInFlight::isPrepared)) {
      startSwitch();
    }
  }

  /**
   * Prepares layers in their order. If the first has to wait for buffers the others wait too, so
   * that no layer waits for ever.
   */
  private void admit(FreeBuffers known) {
    int most = Math.min(group.settings().maxLayersInFlight(), RecordEntry.MAX_LAYERS);
    while (!waiting.isEmpty() && inFlight.size() < most) {
      LayerUpdate layer = waiting.getFirst();
      int scarcest = scarcest(layer, known);
      int usable = scarcest < 0 ? 1 : known.usable(scarcest);
      if (usable == 0) {
        waiting.removeFirst();
        layer.abort(
            AbortReason.NO_BUFFER,
            "rank %d has no buffer: receives that were given up still write to all of them"
                .formatted(scarcest));
        continue;
      }
      LayerUpdate.Stage stage =
          layer.next(table, group.topology(), group.settings().migrationLimits(usable));
      for (int rank = 0; rank < group.ranks().size(); rank++) {
        if (stage.moves().buffers(rank) > known.free(rank)) {
          return;
        }
      }
      waiting.removeFirst();
      prepare(layer, stage, known);
    }
  }

  /** Returns the rank with the fewest usable buffers among those that get an expert; −1 if none. */
  private int scarcest(LayerUpdate layer, FreeBuffers known) {
    int scarcest = -1;
    for (int rank = 0; rank < group.ranks().size(); rank++) {
      if (layer.gives(table, rank)
          && (scarcest < 0 || known.usable(rank) < known.usable(scarcest))) {
        scarcest = rank;
      }
    }
    return scarcest;
  }

  private void prepare(LayerUpdate layer, LayerUpdate.Stage stage, FreeBuffers known) {
    LayerInFlight prepared =
        new LayerInFlight(layer, stage, group.names().preparation(), group, known);
    inFlight.add(prepared);
    layer.enter(LayerPhase.TRANSFERRING);
    group.<Void>ask(
        rank -> rank.prepare(prepared.preparation(rank.rank())),
        group.settings().transferTimeout(),
        answers -> prepared(prepared, answers));
  }

  private void prepared(LayerInFlight prepared, GroupRequest<Void> answers) {
    if (!inFlight.contains(prepared)) {
      return; // Given up meanwhile.
    }
    int missed = answers.missed();
    if (missed >= 0) {
      AbortReason reason =
          answers.failure(missed) == null
              ? AbortReason.TRANSFER_TIMEOUT
              : AbortReason.RECEIVE_FAILED;
      drop(prepared, reason, answers.explanation("rank " + missed, missed));
      return;
    }
    prepared.setPrepared();
    received += prepared.moves().receives().stream().filter(move -> !move.isReload()).count();
    reloaded += prepared.moves().receives().stream().filter(WeightMove::isReload).count();
  }

  private void startSwitch() {
    switching = List.copyOf(inFlight);
    Placement.Builder rows = Placement.builder(table);
    switching.forEach(layer -> layer.row().writeTo(rows, layer.number()));
    change =
        new PromisedSwitch(
            group,
            table,
            digest,
            fence,
            switching.stream().map(LayerInFlight::number).sorted().toList(),
            rows.build(),
            new PromisedSwitch.Listener() {
              @Override
              public void committed(PromisedSwitch made, long from) {
                table = made.after();
                digest = made.digest();
                fence = from;
                committed.accept(table, from);
              }

              @Override
              public void voided() {
                voided++;
              }

              @Override
              public void fence(long ahead) {
                lead = ahead;
              }

              @Override
              public void ended(PromisedSwitch made, PromisedSwitch.@Nullable Failure failure) {
                switched(made, failure);
              }
            });
    change.start();
  }

  private void switched(PromisedSwitch made, PromisedSwitch.@Nullable Failure failure) {
    change = null;
    boolean inForce = made.after().version() == table.version();
    List<LayerUpdate> unfinished = new ArrayList<>();
    for (LayerInFlight layer : switching) {
      if (inForce) {
        inFlight.remove(layer);
        layer.giveBack();
        if (!layer.work().committed(table)) {
          unfinished.add(0, layer.work());
        }
      } else if (inFlight.contains(layer) && failure != null) {
        drop(layer, failure.reason(), failure.explanation());
      }
    }
    // They go on before others begin.
    unfinished.forEach(waiting::addFirst);
    switching = List.of();
    // Something may have ended the update while a switch that is committed was told.
    PromisedSwitch.Failure last = ending == null && inForce ? failure : ending;
    if (last != null) {
      abortAll(last.reason(), last.explanation());
    }
  }

  private void drop(LayerInFlight layer, AbortReason reason, String explanation) {
    inFlight.remove(layer);
    layer.work().abort(reason, explanation);
    LOG.warn("layer {} stays as it is: {}", layer.number(), explanation);
    // A layer that waits for the buffers of a lost rank would wait for ever.
    layer.release(lost -> abortAll(AbortReason.UNAVAILABLE, FailureReason.words(lost)));
  }

  /** Aborts all layers that are not committed; those of a switch when it has ended. */
  void abortAll(AbortReason reason, String explanation) {
    if (ending == null) {
      ending = new PromisedSwitch.Failure(reason, explanation);
    }
    if (change != null) {
      change.cancel(reason, explanation);
    }
    for (LayerInFlight layer : List.copyOf(inFlight)) {
      if (change == null || !switching.contains(layer)) {
        drop(layer, reason, explanation);
      }
    }
    if (!waiting.isEmpty()) {
      LOG.warn("{} not changed: {}", Counted.of(waiting.size(), "layer"), explanation);
    }
    waiting.forEach(layer -> layer.abort(reason, explanation));
    waiting.clear();
  }

  boolean isOver() {
    return waiting.isEmpty() && inFlight.isEmpty() && change == null;
  }

  /** Returns the progress of the layers; the same object until it changes. */
  List<LayerProgress> progress() {
    List<LayerProgress> now = layers.stream().map(LayerUpdate::progress).toList();
    if (!now.equals(progress)) {
      progress = now;
    }
    return progress;
  }

  UpdateReport report(long expertBytes) {
    return new UpdateReport(
        versionBefore,
        table.version(),
        progress(),
        received,
        reloaded,
        (received + reloaded) * expertBytes,
        Duration.ofNanos(group.timeline().nanoTime() - startedAt),
        0,
        Duration.ZERO,
        Duration.ZERO,
        voided,
        lead);
  }

  /** Hears of tables that come into force, on the timeline. */
  @FunctionalInterface
  interface Committed {
    void accept(ExpertTable table, long fence);
  }
}
