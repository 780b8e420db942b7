package io.eplb.core.update.promise;

import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The link of one planner to one start of a rank's agent, over the network. */
final class RemoteRank implements RankLink {
  private final Party planner;
  private final RankAgent rank;
  private final Network network;

  RemoteRank(Party planner, RankAgent rank, Network network) {
    this.planner = planner;
    this.rank = rank;
    this.network = network;
  }

  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return call(
        "join epoch " + epoch + " at version " + version,
        side -> side.join(epoch, firstNumber, version));
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    return call(preparation, side -> side.prepare(incarnation, preparation));
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return call("next step", side -> side.nextStep(incarnation));
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return call(
        "promise " + name + " from step " + fence,
        side -> side.promise(incarnation, name, layers, fence, digest));
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return call(
        name + (committed ? " is committed" : " is void"),
        side -> side.outcome(incarnation, name, committed, version));
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, long version) {
    return call("switched " + version, side -> side.switched(incarnation, version));
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return call("release preparation " + number, side -> side.release(incarnation, epoch, number));
  }

  private <T> CompletionStage<T> call(Object what, Function<RankLink, CompletionStage<T>> request) {
    return network.call(what, planner, rank.party().toString(), rank::party, () -> answer(request));
  }

  private <T> CompletionStage<T> answer(Function<RankLink, CompletionStage<T>> request) {
    RankLink side = rank.side();
    return side == null
        ? CompletableFuture.failedFuture(
            new IllegalStateException(rank.party() + " does not serve"))
        : request.apply(side);
  }
}
