package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A rank that may fail and return while updates go on. While it is away nothing waits for it: it
 * agrees to every update and switch and does nothing, and refuses only to receive. Its open
 * requests are answered the same way when it fails. Used on the updater's timeline.
 *
 * <pre>
 *   PRESENT ──lose──▶ AWAY ──takeBack──▶ BACK ──join──▶ PRESENT
 *                       ▲                  │
 *                       └───────lose───────┘
 * </pre>
 *
 * <p>A rank that is back knows nothing of the update before, so it is asked again from the next one
 * on. The copies into its buffers are never answered in its place: nobody else knows when they end.
 */
final class LosableRank implements RankAgent {
  private static final long NO_STEP = -1;

  private final RankAgent rank;
  private final int number;
  private State state = State.PRESENT;

  /** The requests that the rank has not answered; answers come on any thread. */
  private final Set<Request<?>> open = ConcurrentHashMap.newKeySet();

  private enum State {
    PRESENT,
    AWAY,
    BACK
  }

  LosableRank(RankAgent rank, int number) {
    this.rank = rank;
    this.number = number;
  }

  /** Answers open and later requests without the rank. */
  void lose() {
    state = State.AWAY;
    rank.lost();
    open.forEach(Request::answerWithoutRank);
    open.clear();
  }

  /** Asks the rank again, from the next update on. */
  void takeBack() {
    if (state == State.AWAY) {
      rank.returned();
      state = State.BACK;
    }
  }

  /** Returns whether the rank has failed and is not back. */
  boolean isAway() {
    return state == State.AWAY;
  }

  @Override
  public int buffers() {
    return rank.buffers();
  }

  @Override
  public CompletionStage<Long> join(long update, long version) {
    if (state == State.BACK) {
      state = State.PRESENT;
    }
    return ask(() -> rank.join(update, version), 0L);
  }

  @Override
  public CompletionStage<Void> prepare(Proposal proposal) {
    return state == State.PRESENT ? rank.prepare(proposal) : refused();
  }

  @Override
  public CompletionStage<Void> receive(ProposalId proposal, int buffer) {
    return state == State.PRESENT ? rank.receive(proposal, buffer) : refused();
  }

  private CompletionStage<Void> refused() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("rank " + number + " has failed"));
  }

  @Override
  public CompletionStage<Void> release(ProposalId proposal) {
    return ask(() -> rank.release(proposal), null);
  }

  @Override
  public CompletionStage<Long> hold(SwitchId id, long incarnation, Duration limit) {
    return ask(() -> rank.hold(id, incarnation, limit), NO_STEP);
  }

  @Override
  public CompletionStage<Void> drain(SwitchId id, long fence) {
    return ask(() -> rank.drain(id, fence), null);
  }

  @Override
  public CompletionStage<Void> exchange(SwitchId id, ProposalId proposal) {
    return ask(() -> rank.exchange(id, proposal), null);
  }

  @Override
  public CompletionStage<Void> commit(SwitchId id, ExpertTable table) {
    return ask(() -> rank.commit(id, table), null);
  }

  @Override
  public CompletionStage<Void> abort(SwitchId id) {
    return ask(() -> rank.abort(id), null);
  }

  @Override
  public CompletionStage<Long> endedBelow() {
    return ask(rank::endedBelow, Long.MAX_VALUE);
  }

  private <T> CompletionStage<T> ask(
      Supplier<CompletionStage<T>> question, @Nullable T withoutRank) {
    if (state != State.PRESENT) {
      return CompletableFuture.completedFuture(withoutRank);
    }
    CompletionStage<T> answer = question.get();
    Request<T> request = new Request<>(new CompletableFuture<>(), withoutRank);
    open.add(request);
    answer.whenComplete(
        (value, thrown) -> {
          open.remove(request);
          if (thrown == null) {
            request.answer.complete(value);
          } else {
            request.answer.completeExceptionally(thrown);
          }
        });
    return request.answer;
  }

  /** A request that was made of the rank. */
  private static final class Request<T> {
    private final CompletableFuture<T> answer;
    private final @Nullable T withoutRank;

    Request(CompletableFuture<T> answer, @Nullable T withoutRank) {
      this.answer = answer;
      this.withoutRank = withoutRank;
    }

    void answerWithoutRank() {
      answer.complete(withoutRank);
    }
  }
}
