package io.eplb.core.parallel;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerTask;
import io.eplb.core.argument.Require;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of {@code processors − 1} daemon threads, the helpers, that run layers beside the
 * calling thread. Results do not depend on their number if a task's result depends on its layer
 * alone.
 *
 * <p>A helper that has finished spins for some microseconds before it parks, since a plan runs its
 * layers several times in quick succession. Helpers wake each other in a binary tree, so that the
 * caller wakes only two.
 */
public final class LayerWorkers implements AutoCloseable {
  /** The greatest number of processors. */
  public static final int MAX_PROCESSORS = 4_096;

  /** The times an idle helper looks for the next run before it parks: some 20 µs. */
  private static final int SPINS = 1_000;

  private final Thread[] helpers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable LayerRun<?> current;
  private volatile boolean closed;

  /**
   * Starts the helpers.
   *
   * @param processors threads that work on layers, the caller among them, 1 to {@value
   *     #MAX_PROCESSORS}
   * @param contextLoader the helpers' context class loader; null is the JDK's
   * @throws InvalidInputException if the number is out of range
   */
  public LayerWorkers(int processors, @Nullable ClassLoader contextLoader) {
    Require.inRange("processors", processors, 1, MAX_PROCESSORS);
    helpers = new Thread[processors - 1];
    for (int index = 0; index < helpers.length; index++) {
      int position = index + 1;
      // The creator's inheritable thread locals would live as long as the thread, so it gets none.
      helpers[index] = new Thread(null, () -> serve(position), "eplb-layers-" + position, 0, false);
      helpers[index].setDaemon(true);
      helpers[index].setContextClassLoader(contextLoader);
    }
    for (Thread helper : helpers) {
      helper.start();
    }
  }

  /** Returns a runner for one planning call; its cancellation does not affect other runners. */
  public CancellableRunner newRunner() {
    return new CancellableRunner(this);
  }

  /** Returns whether no call is using the helpers. */
  public boolean idle() {
    return !busy.get();
  }

  /**
   * Ends the helpers. A helper that runs a layer is interrupted and ends after that layer; a call
   * under way is cancelled.
   */
  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      helper.interrupt();
    }
    wakeCaller();
  }

  boolean closed() {
    return closed;
  }

  void wakeCaller() {
    LayerRun<?> running = current;
    if (running != null) {
      running.wakeCaller();
    }
  }

  /**
   * Runs the layers with the helpers; returns false if there are none or another call uses them.
   */
  <S> boolean tryRun(
      CancellableRunner runner,
      int layers,
      Supplier<? extends S> newScratch,
      LayerTask<? super S> task) {
    if (helpers.length == 0 || !busy.compareAndSet(false, true)) {
      return false;
    }
    LayerRun<S> mine = new LayerRun<>(runner, layers, newScratch, task);
    try {
      current = mine;
      wakeNext(0, mine);
      mine.runAndAwait();
    } finally {
      current = null;
      busy.set(false);
    }
    return true;
  }

  /** Wakes the two helpers below a position of the tree whose root is the caller, position 0. */
  private void wakeNext(int position, LayerRun<?> forRun) {
    int first = 2 * position + 1;
    for (int next = first; next <= first + 1 && next <= helpers.length && forRun.open(); next++) {
      LockSupport.unpark(helpers[next - 1]);
    }
  }

  private void serve(int position) {
    while (!closed) {
      if (!help(position)) {
        rest();
      }
      // The next task must not see this task's change of the interrupt flag.
      Thread.interrupted();
    }
  }

  private boolean help(int position) {
    LayerRun<?> found = current;
    if (found == null || !found.open()) {
      return false;
    }
    wakeNext(position, found);
    found.help();
    return true;
  }

  private void rest() {
    for (int spin = 0; spin < SPINS; spin++) {
      if (wanted()) {
        return;
      }
      Thread.onSpinWait();
    }
    if (!wanted()) {
      LockSupport.park(this);
    }
  }

  private boolean wanted() {
    LayerRun<?> found = current;
    return closed || (found != null && found.open());
  }
}
