package io.eplb.server.cluster;

import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.CommitRecord;
import io.eplb.zookeeper.ZooKeeperCommitRecord;
import io.eplb.zookeeper.ZooKeeperConnection;
import io.eplb.zookeeper.ZooKeeperRankGroup;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The access of a process to its group through ZooKeeper, over one connection. */
public final class ZooKeeperAccess implements ClusterAccess {
  private final ZooKeeperConnection connection;
  private final RankGroup group;

  private ZooKeeperAccess(ZooKeeperConnection connection, RankGroup group) {
    this.connection = connection;
    this.group = group;
  }

  /**
   * Connects. Waits for ZooKeeper as long as it takes.
   *
   * @param patience ends the wait
   * @throws EndedException if the process is told to end
   */
  public static ZooKeeperAccess open(ZooKeeperSettings settings, Patience patience)
      throws InterruptedException, EndedException {
    ZooKeeperConnection connection =
        patience.get(
            "connecting to ZooKeeper at " + settings, () -> ZooKeeperConnection.open(settings));
    try {
      return new ZooKeeperAccess(
          connection,
          patience.get("looking for the group", () -> ZooKeeperRankGroup.open(connection)));
    } catch (InterruptedException | EndedException | RuntimeException ended) {
      connection.close();
      throw ended;
    }
  }

  @Override
  public RankGroup group() {
    return group;
  }

  @Override
  public CompletionStage<Optional<CommitRecord>> find() {
    return ZooKeeperCommitRecord.find(connection)
        .thenApply(found -> found.map(record -> (CommitRecord) record));
  }

  @Override
  public CompletionStage<CommitRecord> create(ExpertTable first) {
    return ZooKeeperCommitRecord.create(connection, first).thenApply(record -> record);
  }

  @Override
  public void close() {
    group.close();
    connection.close();
  }
}
