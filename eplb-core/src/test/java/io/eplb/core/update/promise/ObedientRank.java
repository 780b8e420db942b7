package io.eplb.core.update.promise;

import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The link of a rank that answers every request at once; a test overrides what it does else. */
class ObedientRank implements RankLink {
  private final List<Integer> buffers;

  ObedientRank(List<Integer> buffers) {
    this.buffers = buffers;
  }

  static <T> CompletionStage<T> answer(T value) {
    return CompletableFuture.completedFuture(value);
  }

  @SuppressWarnings("NullAway") // Void is answered by null.
  static CompletionStage<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  static <T> CompletionStage<T> refusal(String reason) {
    return CompletableFuture.failedFuture(new IllegalStateException(reason));
  }

  static <T> CompletionStage<T> silence() {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return answer(new Joined(1, buffers, 10));
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    return done();
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return answer(10L);
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return answer(new Promise(true, 10));
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return done();
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, long version) {
    return done();
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return done();
  }
}
