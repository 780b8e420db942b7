package io.eplb.core.timeline;

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
 * Requests that are repeated until they are answered: they carry a decision and cannot be given up.
 * Belongs to the timeline.
 */
public final class RepeatedRequests {
  private final Timeline timeline;
  private final Executor events;
  private final Duration interval;
  private final Set<Request<?>> open = new HashSet<>();

  /**
   * Creates an empty set of requests.
   *
   * @param events runs events on the timeline
   * @param interval the time between two requests
   */
  public RepeatedRequests(Timeline timeline, Executor events, Duration interval) {
    this.timeline = timeline;
    this.events = events;
    this.interval = interval;
  }

  /**
   * Repeats a request until it succeeds.
   *
   * @param then receives the value on the timeline, at once if the request succeeds at once
   */
  public <T> void untilDone(Supplier<CompletionStage<T>> request, Consumer<@Nullable T> then) {
    new Request<>(request, false, (value, never) -> then.accept(value)).begin();
  }

  /**
   * Repeats a request until it succeeds or fails with an {@link InternalException}: then the rank
   * can never carry it out.
   *
   * @return completes on the timeline
   */
  public CompletionStage<Void> untilAnswered(Supplier<CompletionStage<Void>> request) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    new Request<>(
            request,
            true,
            (nothing, lost) -> {
              if (lost == null) {
                answer.complete(null);
              } else {
                answer.completeExceptionally(lost);
              }
            })
        .begin();
    return answer;
  }

  /** Stops all repetitions. */
  public void stop() {
    for (Request<?> request : Set.copyOf(open)) {
      request.close();
    }
  }

  private final class Request<T> {
    private final Supplier<CompletionStage<T>> request;
    private final boolean mayBeLost;
    private final BiConsumer<@Nullable T, @Nullable InternalException> then;
    private Timeline.Scheduled again = () -> {};

    Request(
        Supplier<CompletionStage<T>> request,
        boolean mayBeLost,
        BiConsumer<@Nullable T, @Nullable InternalException> then) {
      this.request = request;
      this.mayBeLost = mayBeLost;
      this.then = then;
    }

    void begin() {
      open.add(this);
      make();
    }

    private void make() {
      CompletableFuture<T> answer = new CompletableFuture<>();
      try {
        request
            .get()
            .whenComplete(
                (value, thrown) -> {
                  if (thrown == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(thrown);
                  }
                });
      } catch (RuntimeException | Error thrown) { // Also if there is no stage: it is asked again.
        answer.completeExceptionally(thrown);
      }
      CompletableFuture<Runnable> event =
          answer.handle((value, thrown) -> () -> answered(value, thrown));
      if (event.isDone()) {
        event.join().run();
      } else {
        event.minimalCompletionStage().thenAccept(events::execute);
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
}
