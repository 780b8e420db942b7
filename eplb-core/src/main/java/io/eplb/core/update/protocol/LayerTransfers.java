package io.eplb.core.update.protocol;

import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The transfers in flight: reserves their buffers on the ranks, and starts their copies within the
 * caps. Belongs to the updater's timeline.
 */
final class LayerTransfers {
  private final EngineAccess engine;
  private final Failing failing;
  private final CopyQueue queue;
  private long received;
  private long reloaded;

  /** Handles a transfer that cannot be received and is not {@linkplain #remove removed} yet. */
  @FunctionalInterface
  interface Failing {
    void failed(
        LayerTransfer transfer, AbortReason reason, String explanation, @Nullable Throwable thrown);
  }

  LayerTransfers(EngineAccess engine, Failing failing) {
    this.engine = engine;
    this.failing = failing;
    this.queue = new CopyQueue(engine.ranks().size(), engine.settings(), this::start);
  }

  /** Adds a transfer with reserved buffers. */
  void add(LayerTransfer transfer) {
    List<Integer> ranks = List.copyOf(transfer.proposals().keySet());
    List<Proposal> proposals = List.copyOf(transfer.proposals().values());
    GroupRequest.<Void>ask(
        engine.timeline(),
        engine.events(),
        ranks.size(),
        index -> engine.ranks().get(ranks.get(index)).prepare(proposals.get(index)),
        engine.settings().switchTimeout(),
        answers -> prepared(transfer, ranks, answers));
  }

  private void prepared(LayerTransfer transfer, List<Integer> ranks, GroupRequest<Void> answers) {
    if (transfer.isAbandoned()) {
      return;
    }
    int missed = answers.missed();
    if (missed >= 0) {
      failing.failed(
          transfer,
          AbortReason.of(answers.failure(missed)),
          answers.explanation("rank " + ranks.get(missed), missed),
          answers.failure(missed));
      return;
    }
    transfer.prepared();
    transfer.layer().enter(LayerPhase.READY);
    queue.add(transfer);
  }

  /** Starts all copies that the caps allow. */
  void start() {
    queue.start();
  }

  private void start(LayerTransfer transfer, int index) {
    WeightMove move = transfer.receive(index);
    if (transfer.layer().progress().phase() == LayerPhase.READY) {
      // Only now, so that the time of other layers' copies does not count.
      transfer.layer().enter(LayerPhase.TRANSFERRING);
      transfer.setTimeout(
          engine
              .timeline()
              .schedule(
                  () -> engine.events().execute(() -> timedOut(transfer)),
                  engine.settings().transferTimeout()));
    }
    transfer.started(index);
    CompletionStage<Void> stage;
    try {
      stage =
          engine
              .ranks()
              .get(move.destination().rank())
              .receive(transfer.id(), transfer.bufferOf(index));
    } catch (Throwable thrown) { // The copy may be running for ever.
      engine.events().execute(() -> lost(transfer, move, thrown));
      return;
    }
    stage.whenComplete(
        (nothing, thrown) -> engine.events().execute(() -> ended(transfer, index, thrown)));
  }

  private void lost(LayerTransfer transfer, WeightMove move, Throwable thrown) {
    failing.failed(
        transfer, AbortReason.RECEIVE_FAILED, move + ": " + FailureReason.words(thrown), thrown);
  }

  private void ended(LayerTransfer transfer, int index, @Nullable Throwable thrown) {
    if (transfer.isAbandoned()) {
      transfer.ended(index);
      return;
    }
    queue.ended(transfer, index);
    transfer.ended(index);
    WeightMove move = transfer.receive(index);
    if (thrown != null) {
      lost(transfer, move, thrown);
      return;
    }
    if (move.crossesRanks()) {
      received++;
    } else if (move.isReload()) {
      reloaded++;
    }
    if (transfer.isComplete()) {
      transfer.cancelTimeout();
    }
  }

  private void timedOut(LayerTransfer transfer) {
    if (!transfer.isAbandoned() && !transfer.isComplete()) {
      int running = 0;
      for (int index = 0; index < transfer.receives(); index++) {
        running += transfer.isRunning(index) ? 1 : 0;
      }
      failing.failed(
          transfer,
          AbortReason.TRANSFER_TIMEOUT,
          "%d of %d experts were still being received after %s"
              .formatted(running, transfer.receives(), engine.settings().transferTimeout()),
          null);
    }
  }

  /** Starts no more copies of a transfer, and does not count those that are running. */
  void remove(LayerTransfer transfer) {
    queue.remove(transfer);
  }

  /** Returns the number of experts received from another rank. */
  long received() {
    return received;
  }

  /** Returns the number of experts loaded from the checkpoint. */
  long reloaded() {
    return reloaded;
  }
}
