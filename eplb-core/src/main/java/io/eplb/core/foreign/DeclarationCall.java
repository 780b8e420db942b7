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
 */
public final class DeclarationCall {
  /** The time that making a policy and reading its name and options may take. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private DeclarationCall() {}

  /**
   * Makes a call and waits for its end. An interrupt of the waiting thread stays pending.
   *
   * @param limit how long to wait
   * @return the result of the code
   * @throws PolicyException if the code has not returned in time; an unchecked exception or an
   *     error of the code is thrown as it is
   */
  public static <T> T await(Duration limit, Supplier<T> code) {
    FutureTask<T> call = new FutureTask<>(code::get);
    // Without the creator's inheritable thread locals, which would live as long as the thread.
    Thread thread = new Thread(null, call, "eplb-declaration", 0, false);
    thread.setDaemon(true);
    thread.start();
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(call, limit));
    } catch (TimeoutException late) {
      thread.interrupt();
      throw new PolicyException(
          "it did not return from its constructor, its name or its options within %d ms"
              .formatted(limit.toMillis()));
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNull(failed.getCause());
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }
}
