package io.eplb.server.rpc;

import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A rank whose agent is another process. */
final class RemoteRank implements RankLink {
  private final AgentRequests agent;

  RemoteRank(AgentRequests agent) {
    this.agent = agent;
  }

  @Override
  public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
    return agent.ask(RankOperations.JOIN, new RankOperations.Join(epoch, firstNumber, version));
  }

  @Override
  public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
    return done(
        agent.ask(RankOperations.PREPARE, new RankOperations.Prepare(incarnation, preparation)));
  }

  @Override
  public CompletionStage<Long> nextStep(long incarnation) {
    return agent.ask(RankOperations.NEXT_STEP, new RankOperations.Incarnation(incarnation));
  }

  @Override
  public CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
    return agent.ask(
        RankOperations.PROMISE,
        new RankOperations.AskPromise(incarnation, name, layers, fence, digest));
  }

  @Override
  public CompletionStage<Void> outcome(
      long incarnation, SwitchName name, boolean committed, long version) {
    return done(
        agent.ask(
            RankOperations.OUTCOME,
            new RankOperations.Outcome(incarnation, name, committed, version)));
  }

  @Override
  public CompletionStage<Void> switched(long incarnation, long version) {
    return done(
        agent.ask(RankOperations.SWITCHED, new RankOperations.Switched(incarnation, version)));
  }

  @Override
  public CompletionStage<Void> release(long incarnation, long epoch, long number) {
    return done(
        agent.ask(RankOperations.RELEASE, new RankOperations.Release(incarnation, epoch, number)));
  }

  private static CompletionStage<Void> done(CompletionStage<Codec.Done> stage) {
    return stage.thenAccept(done -> {});
  }

  @Override
  public String toString() {
    return agent.toString();
  }
}
