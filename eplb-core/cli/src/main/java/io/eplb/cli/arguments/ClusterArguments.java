package io.eplb.cli.arguments;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the ZooKeeper in which the processes of a group meet. */
public final class ClusterArguments {
  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT,…/PATH|embedded",
      required = true,
      description =
          "The servers of ZooKeeper, and the znode below which the group is kept (default znode:"
              + " /eplb); embedded is the server in a planner of this machine, embedded:PORT/PATH if"
              + " it is not at port 2181.")
  private String zookeeper = "";

  @Option(
      names = "--session-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      converter = WholeNumber.SessionSeconds.class,
      description =
          "The silence after which ZooKeeper takes this process for dead (default:"
              + " ${DEFAULT-VALUE}).")
  private int sessionTimeout;

  @Option(
      names = "--zookeeper-user",
      paramLabel = "FILE",
      completionCandidates = FileNames.Any.class,
      description = "A file with a line user:password; the znodes are for this user alone then.")
  private @Nullable Path user;

  @Option(
      names = "--zookeeper-client",
      paramLabel = "FILE",
      completionCandidates = FileNames.Any.class,
      description = "A file of ZooKeeper's own client settings, such as those of TLS.")
  private @Nullable Path client;

  /** Returns the servers and the path as given. */
  public String zookeeper() {
    return zookeeper;
  }

  /** Returns the session timeout in seconds. */
  public int sessionTimeout() {
    return sessionTimeout;
  }

  /** Returns the file with user and password. */
  public Optional<Path> user() {
    return Optional.ofNullable(user);
  }

  /** Returns the file of client settings. */
  public Optional<Path> client() {
    return Optional.ofNullable(client);
  }
}
