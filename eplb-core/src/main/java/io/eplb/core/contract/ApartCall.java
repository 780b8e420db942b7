package io.eplb.core.contract;

import io.eplb.api.PolicyException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of foreign code on a daemon thread of its own: what the code does to its thread it does to
 * nobody else, and if it never returns it is left behind.
 */
public final class ApartCall<T extends @Nullable Object> {
  /** How long making a policy and asking for its name and options may take. */
  public static final Duration DECLARATION_LIMIT = Duration.ofSeconds(10);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Supplier<? extends T> code;

  // Written before the latch opens and read after.
  private @Nullable T answer;
  private @Nullable Throwable thrown;

  private ApartCall(Supplier<? extends T> code) {
    this.code = code;
  }

  /**
   * Makes a call and waits for its end. An interrupt of the waiting thread stays pending.
   *
   * @param limit how long to wait
   * @return what the code returned
   * @throws PolicyException if the code has not returned in time; anything that the code throws is
   *     thrown as it is
   */
  public static <T extends @Nullable Object> T await(Duration limit, Supplier<? extends T> code) {
    ApartCall<T> call = new ApartCall<>(code);
    // Without the creator's inheritable thread locals, which would live as long as the thread.
    Thread thread = new Thread(null, call::run, "eplb-declaration", 0, false);
    thread.setDaemon(true);
    thread.start();
    if (!call.endsWithin(limit)) {
      thread.interrupt();
      throw new PolicyException(
          "it did not return from its constructor, its name or its options within "
              + limit.toMillis()
              + " ms");
    }
    return call.outcome();
  }

  private void run() {
    try {
      answer = code.get();
    } catch (Throwable anything) {
      thrown = anything;
    } finally {
      ended.countDown();
    }
  }

  private boolean endsWithin(Duration limit) {
    long due = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return ended.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException pending) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Null only where T allows it.
  private T outcome() {
    if (thrown != null) {
      throw ApartCall.<RuntimeException>unchecked(thrown);
    }
    return answer;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X unchecked(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
