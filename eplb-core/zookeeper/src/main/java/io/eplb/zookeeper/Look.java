package io.eplb.zookeeper;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request for what is there now, one at a time: all that ask for it while it is under way share
 * one more. Used by one thread. A failure is not repeated, since a connection that comes back is a
 * reason to look again.
 */
final class Look {
  private final Supplier<CompletableFuture<?>> request;
  private boolean underWay;

  /** The answer to those who have asked since the last request began; null if nobody has. */
  private @Nullable CompletableFuture<Void> next;

  Look(Supplier<CompletableFuture<?>> request) {
    this.request = request;
  }

  /** Looks again; completes with a look that has begun after this call. */
  CompletionStage<Void> again() {
    CompletableFuture<Void> asked = next;
    if (asked == null) {
      asked = new CompletableFuture<>();
      next = asked;
    }
    if (!underWay) {
      begin(asked);
    }
    return asked;
  }

  private void begin(CompletableFuture<Void> asked) {
    next = null;
    underWay = true;
    Requests.alone(
        request
            .get()
            .whenComplete(
                (seen, failure) -> {
                  underWay = false;
                  CompletableFuture<Void> following = next;
                  if (following != null) {
                    begin(following);
                  }
                  if (failure == null) {
                    asked.complete(null);
                  } else {
                    asked.completeExceptionally(failure);
                  }
                }));
  }
}
