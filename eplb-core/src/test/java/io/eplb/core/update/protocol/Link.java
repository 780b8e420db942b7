package io.eplb.core.update.protocol;

import io.eplb.core.timeline.VirtualTime;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Carries requests and their answers in virtual time: each takes its own time, so that they
 * overtake each other, is lost, or comes twice. Nothing reaches a far end that is away. While the
 * link is cut, messages are lost, or wait until it is mended.
 */
final class Link {
  private final VirtualTime time;
  private final Random random;
  private final BooleanSupplier reachable;
  private LinkFaults faults;
  private long mendedAt;
  private boolean cutLoses;

  Link(VirtualTime time, Random random, LinkFaults faults, BooleanSupplier reachable) {
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.reachable = reachable;
  }

  void use(LinkFaults others) {
    faults = others;
  }

  /** Draws whether a fault happens now. */
  boolean happens(ToDoubleFunction<LinkFaults> fault) {
    return random.nextDouble() < fault.applyAsDouble(faults);
  }

  /** Cuts the link for a time. */
  void cut(long nanos, boolean loses) {
    mendedAt = time.nanoTime() + nanos;
    cutLoses = loses;
  }

  /** Draws how long something may be away. */
  long outage() {
    return LinkFaults.outage(random);
  }

  /** Makes a request at the far end, if it gets there; what it answers may get back. */
  <T> CompletionStage<T> call(Supplier<CompletionStage<T>> request) {
    return call(request, 0);
  }

  /** As {@link #call(Supplier)}, but the request is stuck on its way until some time. */
  <T> CompletionStage<T> call(Supplier<CompletionStage<T>> request, long stuckUntil) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    carry(
        () -> {
          if (reachable.getAsBoolean()) {
            answerOf(request)
                .whenComplete((value, thrown) -> carry(() -> end(answer, value, thrown), 0));
          }
        },
        stuckUntil);
    return answer;
  }

  private static <T> CompletionStage<T> answerOf(Supplier<CompletionStage<T>> request) {
    try {
      return request.get();
    } catch (RuntimeException thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }

  @SuppressWarnings("NullAway") // Void is answered by null.
  private static <T> void end(CompletableFuture<T> answer, T value, Throwable thrown) {
    if (thrown == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(thrown);
    }
  }

  private void carry(Runnable message, long stuckUntil) {
    int copies = random.nextDouble() < faults.twice ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      boolean cut = time.nanoTime() < mendedAt;
      if (random.nextDouble() >= faults.lost && !(cut && cutLoses)) {
        long from = Math.max(stuckUntil, cut ? mendedAt : time.nanoTime());
        time.at(from + faults.delay(random), message);
      }
    }
  }
}
