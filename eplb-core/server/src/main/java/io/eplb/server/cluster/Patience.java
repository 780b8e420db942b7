package io.eplb.server.cluster;

import io.eplb.api.EplbException;
import io.eplb.api.InternalException;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.record.RecordUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The waiting of a process's own thread: for an answer, for as long as it takes, or for a moment;
 * until the process is told to end.
 */
public final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  /** The longest wait for an answer that should come at once. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** The wait after which people are told what is waited for. */
  private static final Duration SOON = Duration.ofSeconds(2);

  /** The time between a question without an answer and the next. */
  private static final Duration RETRY = Duration.ofMillis(200);

  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final Duration retry;

  /** Creates patience that is not over. */
  public Patience() {
    this(RETRY);
  }

  /**
   * Creates patience that is not over.
   *
   * @param retry the time between a question without an answer and the next
   */
  Patience(Duration retry) {
    this.retry = retry;
  }

  /** Ends all waiting, now and later. */
  public void end() {
    ended.complete(null);
  }

  /**
   * Waits for a moment.
   *
   * @throws EndedException if the process is told to end
   */
  public void pause(Duration moment) throws InterruptedException, EndedException {
    try {
      ended.get(moment.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException over) {
      return;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
    throw new EndedException();
  }

  /**
   * Asks until there is an answer, which should come at once. Group and record may be away for any
   * time.
   *
   * @param what the question, for the log: "joining the group"
   * @throws EndedException if the process is told to end
   * @throws EplbException if the answer is a refusal
   */
  public <T> T get(String what, Supplier<? extends CompletionStage<T>> question)
      throws InterruptedException, EndedException {
    return get(what, ANSWER, question);
  }

  /**
   * Asks until there is an answer, as the other method.
   *
   * @param limit the longest wait for one answer; then the question is asked again
   */
  public <T> T get(String what, Duration limit, Supplier<? extends CompletionStage<T>> question)
      throws InterruptedException, EndedException {
    boolean told = false;
    while (true) {
      String trouble;
      try {
        CompletableFuture<T> answer = question.get().toCompletableFuture();
        CompletableFuture<?> over = CompletableFuture.anyOf(answer, ended);
        if (!told && limit.equals(ANSWER)) {
          told = sayIfLate(what, over);
        }
        over.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (answer.isDone()) {
          T given = answer.get();
          if (told) {
            LOG.info("{} has succeeded", what);
          }
          return given;
        }
        throw new EndedException();
      } catch (ExecutionException failed) {
        trouble = trouble(what, failed);
      } catch (TimeoutException late) {
        trouble = "there is no answer";
      }
      if (!told) {
        LOG.warn("{} is tried again: {}", what, trouble);
        told = true;
      }
      pause(retry);
    }
  }

  /** Says what is waited for if that takes a while, and returns whether it was said. */
  private static boolean sayIfLate(String what, CompletableFuture<?> over)
      throws InterruptedException, ExecutionException {
    try {
      over.get(SOON.toNanos(), TimeUnit.NANOSECONDS);
      return false;
    } catch (TimeoutException late) {
      LOG.warn("{}: there is no answer yet", what);
      return true;
    }
  }

  /** Returns why there is no answer yet; throws what is a refusal, or a bug. */
  private static String trouble(String what, ExecutionException failed) {
    Throwable cause = failed.getCause();
    if (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof EplbException refusal) {
      throw refusal;
    }
    if (cause instanceof RecordUnavailableException || cause instanceof GroupUnavailableException) {
      return FailureReason.words(cause);
    }
    throw new InternalException(what + " failed", failed);
  }
}
