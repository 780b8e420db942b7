package io.eplb.core.parallel;

import io.eplb.api.LayerTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@code forEachLayer} call on which several threads work: the caller, which waits for it, and
 * helpers that join it.
 *
 * <p>Layers are claimed in ascending order, and none is claimed after a failure. So every layer
 * below a failed one has been claimed too, and the lowest failing layer always runs.
 */
final class LayerRun<S> {
  /** The times the caller looks for the last helper to finish before it parks. */
  private static final int SPINS = 2_000;

  private final CancellableRunner runner;
  private final int layers;
  private final Supplier<? extends S> newScratch;
  private final LayerTask<? super S> task;
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger helping = new AtomicInteger();
  private volatile int failedLayer = Integer.MAX_VALUE;
  private @Nullable Throwable failure;

  LayerRun(
      CancellableRunner runner,
      int layers,
      Supplier<? extends S> newScratch,
      LayerTask<? super S> task) {
    this.runner = runner;
    this.layers = layers;
    this.newScratch = newScratch;
    this.task = task;
  }

  /** Runs layers as the caller, then waits for the helpers that are still at a layer. */
  void runAndAwait() {
    work();
    boolean interrupted = false;
    int spins = SPINS;
    while (helping.get() > 0 && !runner.cancelled()) {
      if (spins > 0) {
        spins--;
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        // A set flag would turn every park into a spin.
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      caller.interrupt();
    }
    runner.requireLive();
    Throwable thrown = failure();
    if (thrown != null) {
      throw CancellableRunner.<RuntimeException>unchecked(thrown);
    }
  }

  /** Runs layers as a helper, as long as there are layers to claim. */
  void help() {
    helping.incrementAndGet();
    try {
      work();
    } finally {
      if (helping.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  /** Lets the caller notice a cancellation. */
  void wakeCaller() {
    LockSupport.unpark(caller);
  }

  /** Returns whether there is still a layer to run. */
  boolean open() {
    return next.get() < layers && failedLayer == Integer.MAX_VALUE && !runner.cancelled();
  }

  private void work() {
    if (!open()) {
      return;
    }
    int layer = next.getAndIncrement();
    if (layer >= layers) {
      return;
    }
    try {
      S scratch = newScratch.get();
      while (layer < layers && !runner.cancelled()) {
        task.run(layer, scratch);
        if (failedLayer != Integer.MAX_VALUE) {
          return;
        }
        layer = next.getAndIncrement();
      }
    } catch (Throwable thrown) {
      fail(layer, thrown);
    }
  }

  private synchronized void fail(int layer, Throwable thrown) {
    if (layer < failedLayer) {
      failure = thrown;
      failedLayer = layer;
    }
  }

  private synchronized @Nullable Throwable failure() {
    return failure;
  }
}
