package io.eplb.core.parallel;

import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * The layer runner of one planning call. Once it is cancelled, layers that run are finished, no
 * other is begun, and every {@link #forEachLayer} throws {@link CancellationException}.
 *
 * <p>Safe for use by several threads; the workers serve one of them at a time, and the others run
 * their layers themselves.
 */
public final class CancellableRunner implements LayerRunner {
  private final LayerWorkers workers;
  private volatile boolean cancelled;

  CancellableRunner(LayerWorkers workers) {
    this.workers = workers;
  }

  /**
   * Runs a task for every layer.
   *
   * @throws CancellationException if this runner was cancelled or its workers were closed
   */
  @Override
  public <S> void forEachLayer(
      int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
    requireLive();
    if (layers <= 1 || !workers.tryRun(this, layers, newScratch, task)) {
      runAlone(layers, newScratch, task);
    }
  }

  private <S> void runAlone(
      int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
    if (layers == 0) {
      return;
    }
    S scratch = newScratch.get();
    for (int layer = 0; layer < layers; layer++) {
      requireLive();
      task.run(layer, scratch);
    }
  }

  /** Stops whatever runs through this runner at its next layer, for good. */
  public void cancel() {
    cancelled = true;
    workers.wakeCaller();
  }

  /** Returns whether this runner was cancelled or its workers were closed. */
  public boolean cancelled() {
    return cancelled || workers.closed();
  }

  void requireLive() {
    if (cancelled()) {
      throw new CancellationException(
          "the planning call is over; layers can be run only while it lasts");
    }
  }

  /** Throws what a task threw as it is, a checked exception too. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T extends Throwable> T unchecked(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
