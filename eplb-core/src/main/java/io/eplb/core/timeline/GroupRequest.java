package io.eplb.core.timeline;

import io.eplb.core.foreign.FailureReason;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A request to several parties at the same time, and their answers within a time limit. Later or
 * repeated answers are ignored. Answers may come on any thread.
 */
public final class GroupRequest<T> {
  private final Executor events;
  private final Consumer<GroupRequest<T>> then;
  private final boolean[] answered;
  private final Object[] values;
  private final @Nullable Throwable[] failures;
  private int missing;
  private boolean over;
  private Timeline.Scheduled limit = () -> {};

  private GroupRequest(int size, Executor events, Consumer<GroupRequest<T>> then) {
    this.events = events;
    this.then = then;
    this.answered = new boolean[size];
    this.values = new Object[size];
    this.failures = new Throwable[size];
    this.missing = size;
  }

  /**
   * Asks all parties.
   *
   * @param timeline limits the wait
   * @param events runs the answers' arrival on the timeline
   * @param size the number of parties
   * @param question asks one party, by its index
   * @param longest the longest wait
   * @param then receives the answers, as an event, when all are there or the time is over
   */
  public static <T> void ask(
      Timeline timeline,
      Executor events,
      int size,
      IntFunction<CompletionStage<T>> question,
      Duration longest,
      Consumer<GroupRequest<T>> then) {
    GroupRequest<T> request = new GroupRequest<>(size, events, then);
    for (int index = 0; index < size; index++) {
      request.ask(index, question);
    }
    if (size == 0) {
      events.execute(request::finish);
    } else if (!request.isAnswered()) {
      request.limit = timeline.schedule(() -> events.execute(request::finish), longest);
    }
  }

  private synchronized boolean isAnswered() {
    return missing == 0;
  }

  private void ask(int index, IntFunction<CompletionStage<T>> question) {
    try {
      question.apply(index).whenComplete((value, thrown) -> answer(index, value, thrown));
    } catch (RuntimeException | Error thrown) { // No answer will come.
      answer(index, null, thrown);
    }
  }

  private synchronized void answer(int index, @Nullable T value, @Nullable Throwable thrown) {
    if (over || answered[index]) {
      return;
    }
    answered[index] = true;
    values[index] = value;
    failures[index] =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    missing--;
    if (missing == 0) {
      events.execute(this::finish);
    }
  }

  /** Ends the request; runs on the timeline, after {@link #ask} has returned there. */
  private void finish() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    limit.cancel();
    then.accept(this);
  }

  /** Returns the first party without an answer, −1 if all have answered. */
  public int silent() {
    for (int index = 0; index < answered.length; index++) {
      if (!answered[index]) {
        return index;
      }
    }
    return -1;
  }

  /** Returns the first party with a failure, −1 if there is none. */
  public int failed() {
    for (int index = 0; index < failures.length; index++) {
      if (failures[index] != null) {
        return index;
      }
    }
    return -1;
  }

  /** Returns whether all have answered without a failure. */
  public boolean complete() {
    return missed() < 0;
  }

  /** Returns the failure of a party; null if there is none. */
  public @Nullable Throwable failure(int index) {
    return failures[index];
  }

  /** Returns the first party with a failure, else the first without an answer, −1 if none. */
  public int missed() {
    return failed() >= 0 ? failed() : silent();
  }

  /** Returns why a party has no value, in words on one line. */
  public String explanation(String who, int index) {
    Throwable failure = failures[index];
    return failure == null
        ? who + " has not answered in time"
        : who + " could not take part: " + FailureReason.words(failure);
  }

  /** Returns the answer of a party that has answered. */
  @SuppressWarnings("unchecked") // Nothing else is put there.
  public T value(int index) {
    return (T) values[index];
  }
}
