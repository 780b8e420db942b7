package io.eplb.zookeeper;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordUnavailableException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The end of a stage, for which no test waits long unless it fails. */
final class Done {
  static final long FAILURE_SECONDS = 60;

  private Done() {}

  static <T> T done(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(FAILURE_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns what the first of some stages to complete completes with. */
  @SuppressWarnings("unchecked")
  static <T> T anyOf(List<CompletionStage<T>> stages)
      throws InterruptedException, ExecutionException, TimeoutException {
    return (T)
        CompletableFuture.anyOf(
                stages.stream()
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture[]::new))
            .get(FAILURE_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns what a stage fails with. */
  static Throwable failure(CompletionStage<?> stage) {
    Throwable cause =
        assertThrows(ExecutionException.class, () -> done(stage), "no failure").getCause();
    return Objects.requireNonNull(cause);
  }

  static String message(Throwable failure) {
    return Objects.requireNonNull(failure.getMessage());
  }

  /** Repeats a request to the record until its outcome is known. */
  static RecordEntry answered(Supplier<CompletionStage<RecordEntry>> request)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FAILURE_SECONDS);
    while (true) {
      try {
        return done(request.get());
      } catch (ExecutionException unknown) {
        if (!(unknown.getCause() instanceof RecordUnavailableException)
            || System.nanoTime() > end) {
          throw unknown;
        }
      }
    }
  }
}
