package io.eplb.cli.processes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One server: the command {@code eplb zookeeper}. */
final class OneZooKeeper implements ZooKeeperServers {
  private final Path folder;
  private ChildProcess server;
  private String connect = "";

  /**
   * Starts the server at a free port.
   *
   * @param folder the folder of its data and of what it says
   */
  OneZooKeeper(Path folder) {
    this.folder = folder;
    this.server = start("0");
  }

  private ChildProcess start(String port) {
    return ChildProcess.start(
        "the ZooKeeper server",
        folder.resolve("zookeeper.log"),
        List.of("zookeeper", "--data", folder.resolve("data").toString(), "--port", port));
  }

  @Override
  public Optional<String> address() {
    Optional<String> address = server.address();
    address.ifPresent(known -> connect = known);
    return address;
  }

  @Override
  public ChildProcess leader() {
    return server;
  }

  @Override
  public void restart(ChildProcess dead) {
    server = start(connect.substring(connect.lastIndexOf(':') + 1));
  }

  @Override
  public List<ChildProcess> processes() {
    return List.of(server);
  }

  @Override
  public void close() {
    server.kill();
  }
}
