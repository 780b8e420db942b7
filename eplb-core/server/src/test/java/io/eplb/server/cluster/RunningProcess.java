package io.eplb.server.cluster;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.eplb.api.EplbException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A process of the group as a thread of this JVM. */
public final class RunningProcess implements AutoCloseable {
  /** The work of a process. */
  @FunctionalInterface
  public interface Work {
    /** Works until the patience is over. */
    void run(Patience patience) throws Exception;
  }

  private final Patience patience;
  private final Thread thread;
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  /** Starts a process; it asks again at once what was not answered. */
  public RunningProcess(String name, Work work) {
    patience = new Patience(Duration.ofMillis(1));
    thread =
        new Thread(
            () -> {
              try {
                work.run(patience);
                ended.complete(new AssertionError(name + " has returned"));
              } catch (Throwable thrown) {
                ended.complete(thrown);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns whether the process has ended. */
  public boolean hasEnded() {
    return ended.isDone();
  }

  /** Waits for a condition while the process runs. */
  public void await(BooleanSupplier condition) throws InterruptedException {
    while (hasEnded() || !condition.getAsBoolean()) {
      try {
        throw new AssertionError("the process has ended", ended.get(1, TimeUnit.MILLISECONDS));
      } catch (TimeoutException runs) {
        // It is looked at again.
      } catch (ExecutionException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  /** Waits until the process refuses to go on, and returns its message. */
  public String awaitRefusal() {
    return String.valueOf(assertInstanceOf(EplbException.class, ended.join()).getMessage());
  }

  /** Tells the process to end, waits for that, and returns what it threw. */
  public Throwable end() {
    patience.end();
    return ended.join();
  }

  /** Interrupts the process, waits for its end, and returns what it threw. */
  public Throwable interrupt() {
    thread.interrupt();
    return ended.join();
  }

  /** Ends the process if it has not ended. */
  @Override
  public void close() {
    patience.end();
    interrupt();
  }
}
