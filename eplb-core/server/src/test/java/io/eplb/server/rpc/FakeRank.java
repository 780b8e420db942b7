package io.eplb.server.rpc;

import io.eplb.core.record.SwitchName;
import io.eplb.core.runtime.RankLoads;
import io.eplb.core.runtime.RankMeasures;
import io.eplb.core.runtime.RankSteps;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A rank that notes what it is asked, in words, and answers what it is told to. */
final class FakeRank implements RankLink, RankMeasures {
  /** The loads that it tells, and those from the second question on. */
  volatile RankLoads loads = new RankLoads(1, List.of());

  volatile @Nullable RankLoads loadsNext;

  final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Preparation> prepared = new LinkedBlockingQueue<>();
  final Queue<CompletionStage<?>> answers = new LinkedBlockingQueue<>();

  /** Answers the next question with a value. */
  FakeRank answer(Object value) {
    answers.add(CompletableFuture.completedFuture(value));
    return this;
  }

  @SuppressWarnings("unchecked")
  private <T> CompletionStage<T> answer(String question, Object... parts) {
    CompletionStage<T> next = (CompletionStage<T>) answers.poll();
    asked.add(question + " " + List.of(parts)); // The answer is this question's by now.
    return next == null ? new CompletableFuture<>() : next;
  }

  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return answer("join", epoch, firstNumber, version);
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    prepared.add(preparation);
    return answer("prepare", incarnation);
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return answer("nextStep", incarnation);
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return answer("promise", incarnation, name, layers, fence, digest);
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return answer("outcome", incarnation, name, committed, version);
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, long version) {
    return answer("switched", incarnation, version);
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return answer("release", incarnation, epoch, number);
  }

  @Override
  public CompletionStage<RankSteps> steps() {
    return answer("steps", new Object[0]);
  }

  @Override
  public CompletionStage<RankLoads> loads() {
    RankLoads now = loads;
    RankLoads next = loadsNext;
    loads = next == null ? now : next;
    return CompletableFuture.completedFuture(now);
  }
}
