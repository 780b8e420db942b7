package io.eplb.core.update.promise;

import io.eplb.api.InternalException;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One preparation of a rank: its copies, and the buffers that it holds. Belongs to the timeline of
 * its {@link RankSide}.
 */
final class PreparedLayer {
  private final Preparation preparation;

  /** The buffers that are not given back. */
  private final BitSet buffers;

  /** The buffers that are being written. */
  private final BitSet running = new BitSet();

  private int started;
  private boolean failed;
  private boolean promised;
  private boolean forgotten;
  private final CompletableFuture<Void> received = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  PreparedLayer(Preparation preparation, BitSet buffers) {
    this.preparation = preparation;
    this.buffers = (BitSet) buffers.clone();
    completeIfReceived();
  }

  int layer() {
    return preparation.layer();
  }

  Preparation preparation() {
    return preparation;
  }

  /** Completes when all experts are in their buffers. */
  CompletionStage<Void> received() {
    return received.minimalCompletionStage();
  }

  boolean isReceived() {
    return received.isDone() && !received.isCompletedExceptionally();
  }

  /** Completes when the preparation is forgotten, and nothing is written to its buffers. */
  CompletionStage<Void> over() {
    return over.minimalCompletionStage();
  }

  /** Returns whether another copy may start beside those that run. */
  boolean mayStart(int atOnce) {
    return !failed
        && !forgotten
        && started < preparation.receives().size()
        && running.cardinality() < atOnce;
  }

  /** Returns the next copy, which counts as running from now on. */
  Preparation.Receive start() {
    Preparation.Receive next = preparation.receives().get(started++);
    running.set(next.buffer());
    return next;
  }

  /** Notes that nothing is written to a buffer any more; the reason is empty for a success. */
  void ended(int buffer, String reason) {
    running.clear(buffer);
    if (!reason.isEmpty()) {
      failed = true;
      received.completeExceptionally(
          new IllegalStateException("%s failed: %s".formatted(preparation, reason)));
    }
    completeIfReceived();
  }

  private void completeIfReceived() {
    if (!failed && started == preparation.receives().size() && running.isEmpty()) {
      received.complete(null);
    }
  }

  boolean isPromised() {
    return promised;
  }

  void promise(boolean given) {
    promised = given;
  }

  boolean isForgotten() {
    return forgotten;
  }

  /** Starts no more copies. */
  void forget() {
    if (promised) {
      throw new InternalException(preparation + " is forgotten before its switch is over");
    }
    forgotten = true;
    received.completeExceptionally(new IllegalStateException(preparation + " is over"));
  }

  /** Takes away the buffers of a forgotten preparation that nothing is written to. */
  BitSet takeIdleBuffers() {
    BitSet idle = (BitSet) buffers.clone();
    idle.andNot(running);
    buffers.and(running);
    if (buffers.isEmpty()) {
      over.complete(null);
    }
    return idle;
  }

  @Override
  public String toString() {
    return preparation.toString();
  }
}
