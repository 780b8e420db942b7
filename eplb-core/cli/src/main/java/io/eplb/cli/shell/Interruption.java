package io.eplb.cli.shell;

import java.util.concurrent.CountDownLatch;

/**
 * Lets a command finish what it has when the process is told to end (Ctrl-C): the virtual machine
 * waits for the command until it closes this. A policy that ends the process interrupts nobody.
 */
public final class Interruption {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Starts to listen.
   *
   * @param stop asks the command to come to an end; called from another thread
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

  /** Ends the listening: what the command had to say is said. */
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // The hook runs, or has run.
    }
  }
}
