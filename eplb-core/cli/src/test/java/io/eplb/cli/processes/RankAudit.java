package io.eplb.cli.processes;

import io.eplb.api.ExpertTable;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.update.promise.RankGate;
import io.eplb.core.update.promise.RankLink;
import io.eplb.server.cluster.Patience;
import io.eplb.server.rpc.AgentRequests;
import io.eplb.server.rpc.RpcAddress;
import io.eplb.server.rpc.RpcClient;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The state of all ranks between two updates, compared with the record. Used by one thread. */
final class RankAudit implements AutoCloseable {
  private final DemoCluster.Setting setting;
  private final DemoCluster cluster;
  private final RecordWatch watch;
  private final Patience patience;
  private final RpcClient client =
      new RpcClient(Optional.empty(), Optional.empty(), RpcClient.Limits.DEFAULT);

  RankAudit(
      DemoCluster.Setting setting, DemoCluster cluster, RecordWatch watch, Patience patience) {
    this.setting = setting;
    this.cluster = cluster;
    this.watch = watch;
    this.patience = patience;
  }

  /**
   * Returns whether all ranks serve the record's table, with all buffers free.
   *
   * @throws io.eplb.api.InternalException if a rank that serves it holds a wrong byte
   */
  boolean isRight() throws Exception {
    RecordedTable recorded = patience.get("reading the table", watch.record()::table);
    for (int rank = 0; rank < setting.ranks(); rank++) {
      if (!serves(rank, recorded.table()) || !hasAllBuffers(rank, recorded.entry())) {
        return false;
      }
    }
    for (int rank = 0; rank < setting.ranks(); rank++) {
      SharedWeights.open(setting.shared(), GroupVerification.shape(setting), rank, Runnable::run)
          .verify(recorded.table());
    }
    return true;
  }

  private boolean serves(int rank, ExpertTable table) {
    AgentGate gate = GroupVerification.gate(setting, rank);
    return gate.status().phase() == RankGate.Phase.OPEN
        && gate.status().version() == table.version();
  }

  /** Joins the update that the rank has joined: that changes nothing, and tells the buffers. */
  private boolean hasAllBuffers(int rank, RecordEntry entry) throws InterruptedException {
    try {
      RankLink.Joined joined =
          AgentRequests.connection(
                  client, RpcAddress.parse(cluster.agentAddress(rank).orElseThrow()))
              .link()
              .join(entry.epoch(), 0, entry.version())
              .toCompletableFuture()
              .get();
      return joined.buffers().size() == setting.first().slotsPerRank();
    } catch (ExecutionException refused) {
      return false; // It has not joined this planner yet.
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
