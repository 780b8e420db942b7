package io.eplb.cli.processes;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ZooKeeper server that a planner runs in its own process, as {@code --zookeeper} names it:
 *
 * <pre>
 *   embedded             port 2181, znode /eplb
 *   embedded:2182/glm    port 2182, znode /glm
 * </pre>
 *
 * @param port its port on the loopback interface; 0 for any that is free
 * @param path the znode below which the group is kept
 */
record EmbeddedAddress(int port, String path) {
  private static final int DEFAULT_PORT = 2181;
  private static final int LAST_PORT = 65_535;

  private static final Pattern EMBEDDED = Pattern.compile("embedded(?![A-Za-z0-9._-]).*");
  private static final Pattern FORM = Pattern.compile("embedded(?::([0-9]{1,5}))?(/.*)?");

  /**
   * Reads an address; empty if it names servers.
   *
   * @throws InvalidInputException if more than a port and a path follow the word
   */
  static Optional<EmbeddedAddress> parse(String zookeeper) {
    if (!EMBEDDED.matcher(zookeeper).matches()) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(zookeeper);
    String port = matcher.matches() ? matcher.group(1) : null;
    if (!matcher.matches() || (port != null && Integer.parseInt(port) > LAST_PORT)) {
      throw new InvalidInputException(
          "--zookeeper %s: only this machine reaches the embedded server; say embedded, or embedded:PORT/PATH with a port up to %d"
              .formatted(OneLine.quote(zookeeper), LAST_PORT));
    }
    String path = matcher.group(2);
    return Optional.of(
        new EmbeddedAddress(
            port == null ? DEFAULT_PORT : Integer.parseInt(port),
            path == null ? ZooKeeperSettings.DEFAULT_CHROOT : path));
  }

  /**
   * Returns the connect string of those who do not run the server.
   *
   * @throws InvalidInputException if the port is not known
   */
  String connect() {
    if (port == 0) {
      throw new InvalidInputException(
          "--zookeeper embedded:0 is a free port that the planner finds; name the one that it says");
    }
    return connect(port);
  }

  /** Returns the connect string of a server that listens at this port. */
  String connect(int listening) {
    return "localhost:" + listening + path;
  }
}
