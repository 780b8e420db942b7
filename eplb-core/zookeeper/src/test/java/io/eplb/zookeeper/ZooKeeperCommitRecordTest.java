package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;

import io.eplb.api.ExpertTable;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.CommitRecordContract;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every record, kept by the one in ZooKeeper. */
class ZooKeeperCommitRecordTest extends CommitRecordContract {
  @TempDir private static Path data;
  private static EmbeddedZooKeeper server;
  private static int records;

  private final Deque<ZooKeeperConnection> connections = new ArrayDeque<>();

  @BeforeAll
  static void startAServer() throws Exception {
    server = EmbeddedZooKeeper.start(data, 0);
  }

  @AfterAll
  static void stopTheServer() {
    server.close();
  }

  @AfterEach
  void disconnect() {
    connections.forEach(ZooKeeperConnection::close);
  }

  @Override
  protected CommitRecord create(ExpertTable table) throws Exception {
    records++;
    return done(ZooKeeperCommitRecord.create(connect(), table));
  }

  @Override
  protected CommitRecord ofAnotherProcess() throws Exception {
    return done(ZooKeeperCommitRecord.find(connect())).orElseThrow();
  }

  private ZooKeeperConnection connect() throws Exception {
    ZooKeeperConnection connection =
        done(
            ZooKeeperConnection.open(
                ZooKeeperSettings.parse(server.address() + "/test/record" + records)));
    connections.push(connection);
    return connection;
  }
}
