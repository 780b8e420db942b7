package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;

import io.eplb.core.cluster.RankGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** A server of a test, and the connections of its processes. */
final class OneServer implements AutoCloseable {
  private static final int SESSION_MILLIS = 10_000;

  private final EmbeddedZooKeeper server;
  private final Deque<ZooKeeperConnection> connections = new ArrayDeque<>();

  OneServer(Path data) throws InterruptedException {
    server = EmbeddedZooKeeper.start(data, 0);
  }

  int port() {
    return server.port();
  }

  /** Returns the connection of another process. */
  ZooKeeperConnection connect() throws Exception {
    return connect(ZooKeeperSettings.parse(server.address() + "/test"));
  }

  ZooKeeperConnection connect(TcpProxy proxy) throws Exception {
    return connect(ZooKeeperSettings.parse(proxy.address() + "/test"));
  }

  ZooKeeperConnection connect(ZooKeeperSettings settings) throws Exception {
    ZooKeeperConnection connection = done(ZooKeeperConnection.open(settings));
    connections.push(connection);
    return connection;
  }

  /** Returns the group as another process has it. */
  RankGroup group() throws Exception {
    return group(connect());
  }

  RankGroup group(ZooKeeperConnection connection) throws Exception {
    return done(ZooKeeperRankGroup.open(connection));
  }

  /** Ends the session of a connection on the server. */
  void expire(ZooKeeperConnection connection) throws Exception {
    ZooKeeper victim = connection.client().getZookeeperClient().getZooKeeper();
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper twin =
        new ZooKeeper(
            server.address(),
            SESSION_MILLIS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            },
            victim.getSessionId(),
            victim.getSessionPasswd());
    connected.await(Done.FAILURE_SECONDS, TimeUnit.SECONDS);
    twin.close();
  }

  void create(String name, String content) throws Exception {
    ZooKeeperConnection connection = connect();
    done(
        connection
            .requests()
            .create(
                connection.path(name),
                content.getBytes(StandardCharsets.UTF_8),
                CreateMode.PERSISTENT));
  }

  /** Returns the bytes of the largest znode. */
  int largestZnode() throws Exception {
    return largestBelow(connect(), "/test");
  }

  private static int largestBelow(ZooKeeperConnection connection, String path) throws Exception {
    int largest = done(connection.requests().get(path)).content().length;
    List<String> children = done(connection.requests().children(path));
    for (String child : children) {
      largest = Math.max(largest, largestBelow(connection, path + "/" + child));
    }
    return largest;
  }

  @Override
  public void close() {
    connections.forEach(ZooKeeperConnection::close);
    server.close();
  }
}
