package io.eplb.core.update.promise;

import io.eplb.api.InternalException;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The access to a rank that comes and goes. Once it is lost, every request that is open, and every
 * later one until the rank is back, fails with an {@link InternalException}, so that nothing waits
 * for a dead rank. The rank is asked with the incarnation that joined last. Belongs to the
 * updater's timeline, but answers may come on any thread.
 */
final class LosableLink {
  private final int rank;

  /** The requests without an answer, by their numbers; any thread takes them out. */
  private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();

  private long requests;
  private long incarnation;

  /** Null while the rank is away. */
  private @Nullable RankLink link;

  /** Starts with a rank that is away. */
  LosableLink(int rank) {
    this.rank = rank;
  }

  int rank() {
    return rank;
  }

  boolean isLost() {
    return link == null;
  }

  void lose() {
    link = null;
    List.copyOf(open.values()).forEach(answer -> answer.completeExceptionally(away()));
    open.clear();
  }

  /** Asks the rank by this link from now on. */
  void takeBack(RankLink newLink) {
    link = newLink;
  }

  private InternalException away() {
    return new InternalException("rank " + rank + " is away");
  }

  /** Notes the incarnation that has joined. */
  void joined(long joinedIncarnation) {
    incarnation = joinedIncarnation;
  }

  private <T> CompletionStage<T> ask(Function<RankLink, CompletionStage<T>> request) {
    RankLink known = link;
    if (known == null) {
      return CompletableFuture.failedFuture(away());
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    long number = requests++;
    open.put(number, answer);
    request
        .apply(known)
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
    return ask(asked -> asked.join(epoch, firstNumber, version));
  }

  CompletionStage<Void> prepare(Preparation preparation) {
    return ask(asked -> asked.prepare(incarnation, preparation));
  }

  CompletionStage<Long> nextStep() {
    return ask(asked -> asked.nextStep(incarnation));
  }

  CompletionStage<RankLink.Promise> promise(
      SwitchName name, List<Integer> layers, long fence, String digest) {
    return ask(asked -> asked.promise(incarnation, name, layers, fence, digest));
  }

  CompletionStage<Void> outcome(SwitchName name, boolean committed, long version) {
    return ask(asked -> asked.outcome(incarnation, name, committed, version));
  }

  CompletionStage<Void> switched(long version) {
    return ask(asked -> asked.switched(incarnation, version));
  }

  CompletionStage<Void> release(long epoch, long number) {
    return ask(asked -> asked.release(incarnation, epoch, number));
  }
}
