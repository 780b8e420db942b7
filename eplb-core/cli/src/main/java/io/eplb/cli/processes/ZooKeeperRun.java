package io.eplb.cli.processes;

import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.zookeeper.EmbeddedZooKeeper;
import io.eplb.zookeeper.ZooKeeperCredentials;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** ZooKeeper as the commands use it: the way to it, and a server for one machine. */
public final class ZooKeeperRun {
  private ZooKeeperRun() {}

  /**
   * Returns the connection that the options ask for, of a process that runs no server.
   *
   * @throws io.eplb.api.InvalidInputException if an option is wrong
   */
  static ZooKeeperSettings settings(ClusterArguments cluster) {
    return settings(
        cluster,
        EmbeddedAddress.parse(cluster.zookeeper())
            .map(EmbeddedAddress::connect)
            .orElseGet(cluster::zookeeper));
  }

  /**
   * Returns the connection that the options ask for.
   *
   * @param connect the servers and the path
   * @throws io.eplb.api.InvalidInputException if an option is wrong
   */
  static ZooKeeperSettings settings(ClusterArguments cluster, String connect) {
    ZooKeeperSettings settings =
        ZooKeeperSettings.parse(connect)
            .withSessionTimeout(Duration.ofSeconds(cluster.sessionTimeout()));
    if (cluster.user().isPresent()) {
      settings = settings.withCredentials(ZooKeeperCredentials.fromFile(cluster.user().get()));
    }
    if (cluster.client().isPresent()) {
      settings = settings.withClientConfig(cluster.client().get());
    }
    return settings;
  }

  /**
   * Runs a server for the processes of this machine until a signal asks to end.
   *
   * @param data the folder of its data
   * @param port its port; 0 takes a free one
   * @param out gets a line with the address
   * @throws InvalidInputException if folder or port cannot be used, or the disk fails later
   */
  public static void serve(Path data, int port, PrintWriter out) throws InterruptedException {
    CountDownLatch ending = new CountDownLatch(1);
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data, port)) {
      ProcessEnd.onSignal(ending::countDown);
      out.println("listening on " + server.address());
      out.flush();
      server.failed().thenRun(ending::countDown);
      ending.await();
      requireRoom(server, data);
    }
  }

  /**
   * Checks that a server that has ended had not to.
   *
   * @throws InvalidInputException if its disk has failed
   */
  static void requireRoom(EmbeddedZooKeeper server, Path data) {
    if (server.failed().toCompletableFuture().isDone()) {
      throw new InvalidInputException(
          "the ZooKeeper server cannot write to %s any more; make room there and start it again"
              .formatted(data));
    }
  }
}
