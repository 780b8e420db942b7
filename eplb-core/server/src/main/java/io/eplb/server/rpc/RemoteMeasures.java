package io.eplb.server.rpc;

import io.eplb.core.runtime.RankLoads;
import io.eplb.core.runtime.RankMeasures;
import io.eplb.core.runtime.RankSteps;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The measurements of a rank whose agent is another process. */
final class RemoteMeasures implements RankMeasures {
  private final AgentRequests agent;

  RemoteMeasures(AgentRequests agent) {
    this.agent = agent;
  }

  @Override
  public CompletionStage<RankSteps> steps() {
    return agent.ask(MeasureOperations.STEPS, Codec.Done.DONE);
  }

  @Override
  public CompletionStage<RankLoads> loads() {
    return agent
        .ask(MeasureOperations.LOADS, 0)
        .thenCompose(first -> new Collection(first).add(first, 0));
  }

  /** The parts of one answer. */
  private final class Collection {
    private final LoadsPart first;
    private final long[] numbers;

    Collection(LoadsPart first) {
      this.first = first;
      this.numbers = new long[first.numbers()];
    }

    /** Adds a part from a position on, and asks for the next one. */
    CompletionStage<RankLoads> add(LoadsPart part, int from) {
      int count = part.count();
      if (!part.continues(first)
          || count > numbers.length - from
          || (count == 0 && from < numbers.length)) {
        return CompletableFuture.failedFuture(
            new RpcException(
                "%s answers with %d numbers from %d of %d on; it has restarted, or is none of ours"
                    .formatted(agent, count, from, numbers.length)));
      }
      part.copyTo(numbers, from);
      int next = from + count;
      return next == numbers.length
          ? CompletableFuture.completedFuture(first.toLoads(numbers))
          : agent.ask(MeasureOperations.LOADS, next).thenCompose(then -> add(then, next));
    }
  }
}
