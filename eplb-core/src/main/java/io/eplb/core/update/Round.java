package io.eplb.core.update;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks several at the same time and waits for all of their answers, but not for ever. What comes
 * later, or again, is not looked at. Answers may come on any thread.
 */
final class Round<T> {
  private final Executor events;
  private final Consumer<Round<T>> then;
  private final boolean[] answered;
  private final Object[] values;
  private final @Nullable Throwable[] failures;
  private int missing;
  private boolean over;
  private Timeline.Scheduled limit = () -> {};

  private Round(int size, Executor events, Consumer<Round<T>> then) {
    this.events = events;
    this.then = then;
    this.answered = new boolean[size];
    this.values = new Object[size];
    this.failures = new Throwable[size];
    this.missing = size;
  }

  /**
   * Asks.
   *
   * @param size how many are asked
   * @param question asks one of them
   * @param longest how long to wait
   * @param then is told of the answers, as an event, when they are all there or time is over
   */
  static <T> void ask(
      EngineAccess engine,
      int size,
      IntFunction<CompletionStage<T>> question,
      Duration longest,
      Consumer<Round<T>> then) {
    Round<T> round = new Round<>(size, engine.events(), then);
    for (int index = 0; index < size; index++) {
      round.ask(index, question);
    }
    if (size == 0) {
      engine.events().execute(round::finish);
    } else if (!round.isAnswered()) {
      round.limit =
          engine.timeline().schedule(() -> engine.events().execute(round::finish), longest);
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

  /** On the timeline, after {@link #ask} has returned there. */
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

  /** Returns the first that has not answered, −1 if all have. */
  int silent() {
    for (int index = 0; index < answered.length; index++) {
      if (!answered[index]) {
        return index;
      }
    }
    return -1;
  }

  /** Returns the first that has answered by a failure, −1 if none has. */
  int failed() {
    for (int index = 0; index < failures.length; index++) {
      if (failures[index] != null) {
        return index;
      }
    }
    return -1;
  }

  /** Returns whether all have answered, none by a failure. */
  boolean complete() {
    return silent() < 0 && failed() < 0;
  }

  /** Returns how one has failed; null if it has not. */
  @Nullable Throwable failure(int index) {
    return failures[index];
  }

  /** Returns what one has answered, which it has. */
  @SuppressWarnings("unchecked") // Nothing else is put there.
  T value(int index) {
    return (T) values[index];
  }
}
