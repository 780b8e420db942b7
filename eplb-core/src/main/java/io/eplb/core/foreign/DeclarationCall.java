package io.eplb.core.foreign;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.eplb.api.PolicyException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A call that makes a policy or reads its declaration, on a daemon thread of its own: a policy can
 * interrupt or stop this thread alone, and a call that never returns is left behind.
 *
 * @param <T> the type of the result
 */
public final class DeclarationCall<T> {
  /** The time that making a policy and reading its name, options and traits may take. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private final Duration limit;
  private final FutureTask<T> call;
  private final Thread thread;
  private final long begunNanos = System.nanoTime();

  private DeclarationCall(Duration limit, Supplier<T> code) {
    this.limit = limit;
    this.call = new FutureTask<>(code::get);
    // Without the creator's inheritable thread locals, which would live as long as the thread.
    this.thread = new Thread(null, call, "eplb-declaration", 0, false);
  }

  /**
   * Begins a call.
   *
   * @param limit how long it may take
   */
  public static <T> DeclarationCall<T> begin(Duration limit, Supplier<T> code) {
    DeclarationCall<T> begun = new DeclarationCall<>(limit, code);
    begun.thread.setDaemon(true);
    begun.thread.start();
    return begun;
  }

  /** Makes a call and waits for its end, as {@link #await()} does. */
  public static <T> T await(Duration limit, Supplier<T> code) {
    return begin(limit, code).await();
  }

  /**
   * Waits for the end of the call. An interrupt of the waiting thread stays pending.
   *
   * @return the result of the code
   * @throws PolicyException if the code has not returned in time; an unchecked exception or an
   *     error of the code is thrown as it is
   */
  public T await() {
    Duration left = limit.minusNanos(System.nanoTime() - begunNanos);
    try {
      return Objects.requireNonNull(
          Uninterruptibles.getUninterruptibly(call, left.isNegative() ? Duration.ZERO : left));
    } catch (TimeoutException late) {
      thread.interrupt();
      throw new PolicyException(
          "it did not return from its constructor, its name, its options or its traits within %d ms"
              .formatted(limit.toMillis()));
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNull(failed.getCause());
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }
}
