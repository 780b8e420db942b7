package io.eplb.core.runtime;

import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A rank that answers nothing. */
final class NoLink implements RankLink {
  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, long version) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return new CompletableFuture<>();
  }
}
