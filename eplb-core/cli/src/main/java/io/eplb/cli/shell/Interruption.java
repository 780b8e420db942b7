package io.eplb.cli.shell;

import java.util.concurrent.CountDownLatch;

/**
 * A shutdown hook for Ctrl-C: it asks the command to stop, and the virtual machine waits until the
 * command closes this. A policy's call of {@link System#exit} is no interruption.
 */
public final class Interruption implements AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Installs the hook.
   *
   * @param stop asks the command to stop; called from another thread
   */
  public Interruption(Runnable stop) {
    hook =
        new Thread(
            () -> {
              try {
                if (ExitWatch.culprit().isEmpty()) {
                  stop.run();
                  done.await();
                }
              } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
              }
            },
            "eplb-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Removes the hook and lets the process end; call it after the last output. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // The process is ending, so the hook cannot be removed.
    }
  }
}
