package io.eplb.core.update.promise;

import io.eplb.core.timeline.VirtualTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between parties: each takes its own time, so that they overtake each other, is
 * lost, or comes twice. A way from one party to another can be cut without the way back: then
 * messages are lost, or wait until it is mended.
 */
final class Network {
  private final VirtualTime time;
  private final Random random;
  private final Arrows arrows;
  private final Map<String, Cut> cuts = new HashMap<>();
  private Faults faults;
  private long messages;

  Network(VirtualTime time, Random random, Arrows arrows, Faults faults) {
    this.time = time;
    this.random = random;
    this.arrows = arrows;
    this.faults = faults;
  }

  private static final Cut NOT_CUT = new Cut(0, false);

  private record Cut(long until, boolean loses) {}

  /** The answer to a request, in words. */
  private record Answer(Object request, @Nullable Object value) {
    @Override
    public String toString() {
      return value + "  ← " + request;
    }
  }

  void use(Faults others) {
    faults = others;
    cuts.clear();
  }

  /** Cuts the way from one place to another for a time. */
  void cut(String from, String to, long nanos, boolean loses) {
    cuts.put(from + "→" + to, new Cut(time.nanoTime() + nanos, loses));
  }

  /**
   * Makes a request of whoever is at a place when it gets there; the answer may get back.
   *
   * @param to the name of the place
   * @param at returns the party that is there
   */
  <T> CompletionStage<T> call(
      Object what,
      Party from,
      String to,
      Supplier<@Nullable Party> at,
      Supplier<CompletionStage<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    send(
        what,
        from,
        to,
        at,
        receiver ->
            answerOf(request)
                .whenComplete(
                    (value, thrown) ->
                        send(
                            new Answer(what, thrown == null ? value : thrown.getMessage()),
                            receiver,
                            from.toString(),
                            () -> from,
                            asker -> end(answer, value, thrown))));
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

  /** Sends a message to whoever is at a place when it gets there. */
  void send(
      Object what, Party from, String to, Supplier<@Nullable Party> at, Consumer<Party> message) {
    if (!from.isAlive()) {
      return;
    }
    int copies = random.nextDouble() < faults.twice ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      Cut cut = cuts.getOrDefault(from + "→" + to, NOT_CUT);
      boolean isCut = time.nanoTime() < cut.until;
      if (random.nextDouble() >= faults.lost && !(isCut && cut.loses)) {
        messages++;
        long leaves = Math.max(time.nanoTime(), cut.until);
        time.at(
            leaves + faults.delay(random, leaves),
            () -> arrows.cross(to, what, () -> deliver(at.get(), message)));
      }
    }
  }

  private static void deliver(@Nullable Party receiver, Consumer<Party> message) {
    if (receiver != null) {
      receiver.run(() -> message.accept(receiver));
    }
  }

  /** Returns the number of messages so far. */
  long messages() {
    return messages;
  }
}
