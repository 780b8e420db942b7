package io.eplb.core.parallel;

import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * The layer runner of one planning call. After it is cancelled, layers under way are finished, no
 * other layer begins, and every {@link #forEachLayer} throws {@link CancellationException}.
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

  /** Stops all runs of this runner before their next layer, and refuses new ones. */
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

  /** Throws the exception of a task unchanged, even a checked one. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T extends Throwable> T unchecked(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
