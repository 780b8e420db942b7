package io.eplb.server.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.GroupUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofDays(1);

  private final Patience patience = new Patience(SHORT);
  private final AtomicInteger asked = new AtomicInteger();

  private CompletionStage<String> failing(int times, Throwable failure) {
    return asked.incrementAndGet() <= times
        ? CompletableFuture.failedFuture(failure)
        : CompletableFuture.completedFuture("yes");
  }

  @Test
  void anAnswerIsReturned() throws Exception {
    assertEquals("yes", patience.get("asking", () -> CompletableFuture.completedFuture("yes")));
  }

  @Test
  void aGroupThatIsAwayIsAskedAgainAndTheLogSaysSoOnce() throws Exception {
    try (LogLines log = new LogLines()) {
      assertEquals(
          "yes",
          patience.get(
              "asking", () -> failing(5, new GroupUnavailableException("there is no quorum"))));
      assertEquals(6, asked.get());
      assertEquals(
          List.of("WARN asking is tried again: there is no quorum", "INFO asking has succeeded"),
          log.all());
    }
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedAgain() throws Exception {
    try (LogLines log = new LogLines()) {
      assertEquals(
          "yes",
          patience.get(
              "asking",
              SHORT,
              () ->
                  asked.incrementAndGet() == 1
                      ? new CompletableFuture<>()
                      : CompletableFuture.completedFuture("yes")));
      assertEquals("WARN asking is tried again: there is no answer", log.all().get(0));
    }
  }

  @Test
  void aRefusalIsThrownAsItIs() {
    InvalidInputException refusal = new InvalidInputException("wrong table");
    assertEquals(
        refusal,
        assertThrows(
            InvalidInputException.class, () -> patience.get("asking", () -> failing(1, refusal))));
    assertEquals(
        refusal,
        assertThrows(
            InvalidInputException.class,
            () -> patience.get("asking", () -> failing(2, new CompletionException(refusal)))));
  }

  @Test
  void aBugIsNamedByTheQuestion() {
    InternalException bug =
        assertThrows(
            InternalException.class,
            () -> patience.get("asking", () -> failing(1, new IllegalStateException("oops"))));
    assertEquals("asking failed", bug.getMessage());
    assertInstanceOf(
        IllegalStateException.class, Objects.requireNonNull(bug.getCause()).getCause());
  }

  @Test
  void theEndEndsEveryWaitNowAndLater() throws Exception {
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<Void> asking = new CompletableFuture<>();
    CompletableFuture<Throwable> thrown =
        CompletableFuture.supplyAsync(
            () ->
                assertThrows(
                    EndedException.class,
                    () ->
                        patience.get(
                            "asking",
                            LONG,
                            () -> {
                              asking.complete(null);
                              return never;
                            })));
    asking.join();
    patience.end();
    assertInstanceOf(EndedException.class, thrown.join());
    assertThrows(EndedException.class, () -> patience.pause(LONG));
    assertThrows(EndedException.class, () -> patience.get("asking", LONG, () -> never));
  }

  @Test
  void aPauseEndsByItself() throws Exception {
    patience.pause(SHORT);
  }
}
