package io.eplb.core.update;

import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.WeightMove;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Has shipments received: asks the ranks for their buffers, and starts the copies as the caps
 * allow. Belongs to the updater's timeline.
 */
final class Deliveries {
  private final EngineAccess engine;
  private final Failing failing;
  private final TransferQueue queue;
  private long received;

  /** Is told of a shipment that cannot be received, which is still {@linkplain #remove there}. */
  @FunctionalInterface
  interface Failing {
    void failed(
        Shipment shipment, AbortReason reason, String explanation, @Nullable Throwable thrown);
  }

  Deliveries(EngineAccess engine, Failing failing) {
    this.engine = engine;
    this.failing = failing;
    this.queue = new TransferQueue(engine.ranks().size(), engine.settings(), this::start);
  }

  /** Begins with a shipment whose buffers are taken. */
  void add(Shipment shipment) {
    Round.<Void>ask(
        engine,
        shipment.members().size(),
        index -> {
          int rank = shipment.members().get(index);
          return engine.ranks().get(rank).prepare(shipment.proposal(rank));
        },
        engine.settings().switchTimeout(),
        round -> prepared(shipment, round));
  }

  private void prepared(Shipment shipment, Round<Void> round) {
    if (shipment.isAbandoned()) {
      return;
    }
    Throwable failure = round.failed() < 0 ? null : round.failure(round.failed());
    if (failure != null) {
      int rank = shipment.members().get(round.failed());
      failing.failed(
          shipment,
          AbortReason.UNAVAILABLE,
          "rank " + rank + " could not prepare: " + FailureReason.words(failure),
          failure);
    } else if (round.silent() >= 0) {
      failing.failed(
          shipment,
          AbortReason.UNAVAILABLE,
          "rank %d has not prepared within %s"
              .formatted(shipment.members().get(round.silent()), engine.settings().switchTimeout()),
          null);
    } else {
      shipment.prepared();
      shipment.job().enter(LayerPhase.READY);
      queue.add(shipment);
    }
  }

  /** Starts what may be started. */
  void start() {
    queue.start();
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
                  () -> engine.events().execute(() -> timedOut(shipment)),
                  engine.settings().transferTimeout()));
    }
    shipment.started(index);
    CompletionStage<Void> stage;
    try {
      stage =
          engine
              .ranks()
              .get(move.destination().rank())
              .receive(shipment.id(), shipment.bufferOf(index));
    } catch (Throwable thrown) { // The copy may be running for ever.
      engine.events().execute(() -> lost(shipment, move, thrown));
      return;
    }
    stage.whenComplete(
        (nothing, thrown) -> engine.events().execute(() -> ended(shipment, index, thrown)));
  }

  private void lost(Shipment shipment, WeightMove move, Throwable thrown) {
    failing.failed(
        shipment, AbortReason.RECEIVE_FAILED, move + ": " + FailureReason.words(thrown), thrown);
  }

  private void ended(Shipment shipment, int index, @Nullable Throwable thrown) {
    if (shipment.isAbandoned()) {
      shipment.ended(index);
      return;
    }
    queue.ended(shipment, index);
    shipment.ended(index);
    WeightMove move = shipment.receive(index);
    if (thrown != null) {
      lost(shipment, move, thrown);
      return;
    }
    if (move.crossesRanks()) {
      received++;
    }
    if (shipment.isComplete()) {
      shipment.cancelTimeout();
    }
  }

  private void timedOut(Shipment shipment) {
    if (!shipment.isAbandoned() && !shipment.isComplete()) {
      int running = 0;
      for (int index = 0; index < shipment.receives(); index++) {
        running += shipment.isRunning(index) ? 1 : 0;
      }
      failing.failed(
          shipment,
          AbortReason.TRANSFER_TIMEOUT,
          "%d of %d experts were still being received after %s"
              .formatted(running, shipment.receives(), engine.settings().transferTimeout()),
          null);
    }
  }

  /** Starts no more copies of a shipment, and does not count those that are running. */
  void remove(Shipment shipment) {
    queue.remove(shipment);
  }

  /** Returns how many experts have been received from another rank. */
  long received() {
    return received;
  }
}
