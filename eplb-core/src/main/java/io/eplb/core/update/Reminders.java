package io.eplb.core.update;

import io.eplb.api.InternalException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests again and again until they are answered: those that cannot be given up, since what
 * they say has been decided. Belongs to the updater's timeline.
 */
final class Reminders {
  private final Timeline timeline;
  private final Executor events;
  private final Duration interval;
  private final Set<Request<?>> open = new HashSet<>();

  /**
   * Creates one.
   *
   * @param events runs what happens on the timeline
   * @param interval the time from asking to asking again
   */
  Reminders(Timeline timeline, Executor events, Duration interval) {
    this.timeline = timeline;
    this.events = events;
    this.interval = interval;
  }

  /**
   * Makes a request until it is done; failures are not answers.
   *
   * @param then is told on the timeline, at once if the request is done at once
   */
  <T> void insist(Supplier<CompletionStage<T>> request, Consumer<@Nullable T> then) {
    begin(request, false, (value, never) -> then.accept(value));
  }

  /**
   * As {@link #insist}, but an {@link InternalException} is an answer: the rank can never do it.
   *
   * @return completes on the timeline
   */
  CompletionStage<Void> order(Supplier<CompletionStage<Void>> request) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    begin(
        request,
        true,
        (nothing, lost) -> {
          if (lost == null) {
            answer.complete(null);
          } else {
            answer.completeExceptionally(lost);
          }
        });
    return answer;
  }

  private <T> void begin(
      Supplier<CompletionStage<T>> request,
      boolean mayBeLost,
      BiConsumer<@Nullable T, @Nullable InternalException> then) {
    Request<T> asked = new Request<>(request, mayBeLost, then);
    open.add(asked);
    asked.make();
  }

  /** Asks nothing again any more. */
  void stop() {
    for (Request<?> request : Set.copyOf(open)) {
      request.close();
    }
  }

  private final class Request<T> {
    private final Supplier<CompletionStage<T>> request;
    private final boolean mayBeLost;
    private final BiConsumer<@Nullable T, @Nullable InternalException> then;
    private Timeline.Scheduled again = () -> {};
    private boolean asking;

    Request(
        Supplier<CompletionStage<T>> request,
        boolean mayBeLost,
        BiConsumer<@Nullable T, @Nullable InternalException> then) {
      this.request = request;
      this.mayBeLost = mayBeLost;
      this.then = then;
    }

    void make() {
      asking = true;
      Thread asker = Thread.currentThread();
      CompletionStage<T> stage;
      try {
        stage = request.get();
      } catch (RuntimeException | Error thrown) {
        stage = CompletableFuture.failedFuture(thrown);
      }
      Answer<T> inTime = new Answer<>();
      stage.whenComplete(
          (value, thrown) -> {
            if (asking && Thread.currentThread() == asker) {
              inTime.come(value, thrown);
            } else {
              events.execute(() -> answered(value, thrown));
            }
          });
      asking = false;
      if (inTime.here) {
        answered(inTime.value, inTime.thrown);
      }
      if (open.contains(this)) {
        again = timeline.schedule(() -> events.execute(this::remind), interval);
      }
    }

    private void remind() {
      if (open.contains(this)) {
        make();
      }
    }

    private void answered(@Nullable T value, @Nullable Throwable thrown) {
      Throwable cause =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      InternalException lost =
          mayBeLost && cause instanceof InternalException internal ? internal : null;
      if ((cause == null || lost != null) && close()) {
        then.accept(value, lost);
      }
    }

    boolean close() {
      again.cancel();
      return open.remove(this);
    }
  }

  /** What has been answered before the request had returned; that may throw only afterwards. */
  private static final class Answer<T> {
    private boolean here;
    private @Nullable T value;
    private @Nullable Throwable thrown;

    void come(@Nullable T answered, @Nullable Throwable failure) {
      here = true;
      value = answered;
      thrown = failure;
    }
  }
}
