package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where ZooKeeper is, and how to speak to it. Immutable.
 *
 * <p>Example: {@code zk1:2181,zk2:2181,zk3:2181/eplb/glm} is an ensemble of three, and everything
 * is kept below the znode {@code /eplb/glm}, which is created.
 */
public final class ZooKeeperSettings {
  /** The znode below which everything is kept unless another is given. */
  public static final String DEFAULT_CHROOT = "/eplb";

  /** The time without an answer after which a process is taken for dead. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  /** The shortest session timeout. */
  public static final Duration MIN_SESSION_TIMEOUT = Duration.ofSeconds(1);

  /** The longest session timeout. */
  public static final Duration MAX_SESSION_TIMEOUT = Duration.ofMinutes(10);

  private static final int LAST_PORT = 65_535;
  private static final int MAX_LENGTH = 4_096;
  private static final Pattern SERVER =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?\\]):([0-9]{1,5})");
  private static final Pattern CHROOT = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");

  private final String servers;
  private final String chroot;
  private final Duration sessionTimeout;
  private final @Nullable ZooKeeperCredentials credentials;
  private final @Nullable Path clientConfig;

  private ZooKeeperSettings(
      String servers,
      String chroot,
      Duration sessionTimeout,
      @Nullable ZooKeeperCredentials credentials,
      @Nullable Path clientConfig) {
    this.servers = servers;
    this.chroot = chroot;
    this.sessionTimeout = sessionTimeout;
    this.credentials = credentials;
    this.clientConfig = clientConfig;
  }

  /**
   * Reads a connect string: servers {@code host:port} with commas between them, then the chroot, by
   * default {@value #DEFAULT_CHROOT}.
   *
   * @throws InvalidInputException if it is none
   */
  public static ZooKeeperSettings parse(String connect) {
    if (connect.length() > MAX_LENGTH) {
      throw new InvalidInputException(
          "the connect string has %d characters; at most %d are supported"
              .formatted(connect.length(), MAX_LENGTH));
    }
    int slash = connect.indexOf('/');
    String servers = slash < 0 ? connect : connect.substring(0, slash);
    String chroot = slash < 0 ? DEFAULT_CHROOT : connect.substring(slash);
    for (String server : servers.split(",", -1)) {
      requireServer(server);
    }
    if (!CHROOT.matcher(chroot).matches() || chroot.startsWith("/zookeeper")) {
      throw new InvalidInputException(
          "%s is no path of a znode; name one like %s, not below /zookeeper"
              .formatted(OneLine.quote(chroot), DEFAULT_CHROOT));
    }
    return new ZooKeeperSettings(servers, chroot, DEFAULT_SESSION_TIMEOUT, null, null);
  }

  private static void requireServer(String server) {
    var matcher = SERVER.matcher(server);
    if (!matcher.matches()
        || Integer.parseInt(matcher.group(3)) < 1
        || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
      throw new InvalidInputException(
          "%s is no ZooKeeper server; host:port is wanted, with a port between 1 and %d"
              .formatted(OneLine.quote(server), LAST_PORT));
    }
  }

  /**
   * Returns these settings with another session timeout. The server may raise or lower it to its
   * own limits.
   *
   * @throws InvalidInputException if it is out of range
   */
  public ZooKeeperSettings withSessionTimeout(Duration timeout) {
    if (timeout.compareTo(MIN_SESSION_TIMEOUT) < 0 || timeout.compareTo(MAX_SESSION_TIMEOUT) > 0) {
      throw new InvalidInputException(
          "the session timeout is %d ms; it must be between %d and %d ms"
              .formatted(
                  timeout.toMillis(),
                  MIN_SESSION_TIMEOUT.toMillis(),
                  MAX_SESSION_TIMEOUT.toMillis()));
    }
    return new ZooKeeperSettings(servers, chroot, timeout, credentials, clientConfig);
  }

  /** Returns these settings with credentials: all znodes are created for them alone. */
  public ZooKeeperSettings withCredentials(ZooKeeperCredentials user) {
    return new ZooKeeperSettings(servers, chroot, sessionTimeout, user, clientConfig);
  }

  /**
   * Returns these settings with a file of ZooKeeper's own client properties, for TLS.
   *
   * @throws InvalidInputException if it cannot be read
   */
  public ZooKeeperSettings withClientConfig(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new InvalidInputException(
          file + " cannot be read; name a file of ZooKeeper's client properties");
    }
    return new ZooKeeperSettings(servers, chroot, sessionTimeout, credentials, file);
  }

  /** Returns the servers, with commas between them. */
  public String servers() {
    return servers;
  }

  /** Returns the znode below which everything is kept. */
  public String chroot() {
    return chroot;
  }

  /** Returns the session timeout. */
  public Duration sessionTimeout() {
    return sessionTimeout;
  }

  Optional<ZooKeeperCredentials> credentials() {
    return Optional.ofNullable(credentials);
  }

  Optional<Path> clientConfig() {
    return Optional.ofNullable(clientConfig);
  }

  /** Returns the connect string. */
  @Override
  public String toString() {
    return servers + chroot;
  }
}
