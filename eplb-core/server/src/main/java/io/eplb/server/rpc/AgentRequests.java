package io.eplb.server.rpc;

import io.eplb.core.runtime.RankConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** The requests of a planner to one agent. At most so many are under way at once. */
public final class AgentRequests {
  /** Each takes a connection; a rank has fewer buffers than this. */
  private static final int MOST_REQUESTS = 64;

  private final RpcClient client;
  private final RpcAddress address;
  private final Semaphore places = new Semaphore(MOST_REQUESTS);

  AgentRequests(RpcClient client, RpcAddress address) {
    this.client = client;
    this.address = address;
  }

  /** Returns the access to the agent at an address; nothing is asked yet. */
  public static RankConnection connection(RpcClient client, RpcAddress address) {
    AgentRequests requests = new AgentRequests(client, address);
    return new RankConnection(new RemoteRank(requests), new RemoteMeasures(requests));
  }

  <Q, A> CompletionStage<A> ask(Operation<Q, A> operation, Q question) {
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

  @Override
  public String toString() {
    return address.toString();
  }
}
