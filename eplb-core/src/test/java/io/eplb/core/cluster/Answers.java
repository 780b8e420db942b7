package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The answers of a group whose time is driven by hand. */
final class Answers {
  private final VirtualTime time;

  Answers(VirtualTime time) {
    this.time = time;
  }

  /** Returns the result of a stage that has to be complete without any time passing. */
  <T> T now(CompletionStage<T> stage) {
    time.pass(Duration.ZERO);
    assertTrue(stage.toCompletableFuture().isDone(), "still open");
    return stage.toCompletableFuture().join();
  }

  void assertOpen(CompletionStage<?> stage) {
    time.pass(Duration.ZERO);
    assertFalse(stage.toCompletableFuture().isDone(), "already complete");
  }

  /** Asserts that a stage has failed, and with these words. */
  void assertFailed(Class<? extends Throwable> kind, String words, CompletionStage<?> stage) {
    time.pass(Duration.ZERO);
    assertTrue(stage.toCompletableFuture().isDone(), "still open");
    CompletionException failed =
        assertThrows(CompletionException.class, () -> stage.toCompletableFuture().join());
    Throwable cause = assertInstanceOf(kind, failed.getCause());
    String message = String.valueOf(cause.getMessage());
    assertTrue(message.contains(words), () -> "'" + words + "' is missing in: " + message);
  }
}
