package io.eplb.server.rpc;

import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** A rank whose agent is another process. At most so many requests are under way to it at once. */
public final class RemoteRank implements RankLink {
  /** Each takes a connection; a rank has fewer buffers than this. */
  private static final int MOST_REQUESTS = 64;

  private final RpcClient client;
  private final RpcAddress address;
  private final Semaphore places = new Semaphore(MOST_REQUESTS);

  /** Creates the access to the agent at an address; nothing is asked yet. */
  public RemoteRank(RpcClient client, RpcAddress address) {
    this.client = client;
    this.address = address;
  }

  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return ask(RankOperations.JOIN, new RankOperations.Join(epoch, firstNumber, version));
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    return done(ask(RankOperations.PREPARE, new RankOperations.Prepare(incarnation, preparation)));
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return ask(RankOperations.NEXT_STEP, new RankOperations.Incarnation(incarnation));
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return ask(
        RankOperations.PROMISE,
        new RankOperations.AskPromise(incarnation, name, layers, fence, digest));
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return done(
        ask(
            RankOperations.OUTCOME,
            new RankOperations.Outcome(incarnation, name, committed, version)));
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, SwitchName name, long version) {
    return done(
        ask(RankOperations.SWITCHED, new RankOperations.Switched(incarnation, name, version)));
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return done(
        ask(RankOperations.RELEASE, new RankOperations.Release(incarnation, epoch, number)));
  }

  private <Q, A> CompletionStage<A> ask(Operation<Q, A> operation, Q question) {
    if (!places.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new RpcException(
              "%s, %s: %d requests are under way to it already"
                  .formatted(address, operation.name(), MOST_REQUESTS)));
    }
    return client
        .ask(address, operation, question)
        .whenComplete((answer, failure) -> places.release());
  }

  private static CompletionStage<Void> done(CompletionStage<Codec.Done> stage) {
    return stage.thenAccept(done -> {});
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
