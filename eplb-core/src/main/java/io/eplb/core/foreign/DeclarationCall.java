package io.eplb.core.foreign;

import io.eplb.api.PolicyException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A call that makes a policy or reads what it declares, on a daemon thread of its own: what the
 * policy does to its thread it does to no other, and a call that never returns is left behind.
 */
public final class DeclarationCall {
  /** The time that making a policy and reading its name and options may take. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private DeclarationCall() {}

  /**
   * Makes a call and waits for its end. An interrupt of the waiting thread stays pending.
   *
   * @param limit how long to wait
   * @return what the code returned
   * @throws PolicyException if the code has not returned in time; anything that the code throws is
   *     thrown as it is
   */
  public static <T> T await(Duration limit, Supplier<T> code) {
    FutureTask<T> call = new FutureTask<>(code::get);
    // Without the creator's inheritable thread locals, which would live as long as the thread.
    Thread thread = new Thread(null, call, "eplb-declaration", 0, false);
    thread.setDaemon(true);
    thread.start();
    long due = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return call.get(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException pending) {
          interrupted = true;
        }
      }
    } catch (TimeoutException late) {
      thread.interrupt();
      throw new PolicyException(
          "it did not return from its constructor, its name or its options within %d ms"
              .formatted(limit.toMillis()));
    } catch (ExecutionException failed) {
      throw DeclarationCall.<RuntimeException>unchecked(Objects.requireNonNull(failed.getCause()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X unchecked(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
