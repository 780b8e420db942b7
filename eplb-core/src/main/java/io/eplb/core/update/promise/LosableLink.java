package io.eplb.core.update.promise;

import io.eplb.api.InternalException;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The access to a rank that may be lost: then every request that is open, and every later one until
 * the rank is back, fails with an {@link InternalException}, so that nothing waits for a dead rank.
 * The rank is asked with the incarnation that joined last. Belongs to the updater's timeline, but
 * answers may come on any thread.
 */
final class LosableLink {
  private final RankLink link;
  private final int rank;

  /** The requests without an answer, by their numbers; any thread takes them out. */
  private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();

  private long requests;
  private boolean lost;
  private long incarnation;

  LosableLink(RankLink link, int rank) {
    this.link = link;
    this.rank = rank;
  }

  int rank() {
    return rank;
  }

  boolean isLost() {
    return lost;
  }

  void lose() {
    lost = true;
    List.copyOf(open.values()).forEach(answer -> answer.completeExceptionally(away()));
    open.clear();
  }

  void takeBack() {
    lost = false;
  }

  private InternalException away() {
    return new InternalException("rank " + rank + " is away");
  }

  /** Notes the incarnation that has joined. */
  void joined(long joinedIncarnation) {
    incarnation = joinedIncarnation;
  }

  private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> request) {
    if (lost) {
      return CompletableFuture.failedFuture(away());
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    long number = requests++;
    open.put(number, answer);
    request
        .get()
        .whenComplete(
            (value, thrown) -> {
              open.remove(number);
              if (thrown == null) {
                answer.complete(value);
              } else {
                answer.completeExceptionally(thrown);
              }
            });
    return answer;
  }

  CompletionStage<RankLink.Joined> join(long epoch, long firstNumber, long version) {
    return ask(() -> link.join(epoch, firstNumber, version));
  }

  CompletionStage<Void> prepare(Preparation preparation) {
    return ask(() -> link.prepare(incarnation, preparation));
  }

  CompletionStage<Long> nextStep() {
    return ask(() -> link.nextStep(incarnation));
  }

  CompletionStage<RankLink.Promise> promise(
      SwitchName name, List<Integer> layers, long fence, String digest) {
    return ask(() -> link.promise(incarnation, name, layers, fence, digest));
  }

  CompletionStage<Void> outcome(SwitchName name, boolean committed, long version) {
    return ask(() -> link.outcome(incarnation, name, committed, version));
  }

  CompletionStage<Void> switched(SwitchName name, long version) {
    return ask(() -> link.switched(incarnation, name, version));
  }

  CompletionStage<Void> release(long epoch, long number) {
    return ask(() -> link.release(incarnation, epoch, number));
  }
}
