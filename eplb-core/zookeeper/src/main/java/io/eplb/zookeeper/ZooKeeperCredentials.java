package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The user and password under which all znodes are created, for them alone to read and write. They
 * are never printed.
 */
public final class ZooKeeperCredentials {
  private static final int MAX_BYTES = 1_024;

  private final String userAndPassword;

  private ZooKeeperCredentials(String userAndPassword) {
    this.userAndPassword = userAndPassword;
  }

  /**
   * Reads credentials from a file of one line, {@code user:password}.
   *
   * @throws InvalidInputException if it cannot be read or is none such
   */
  public static ZooKeeperCredentials fromFile(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidInputException(file + ": is too long; one line user:password is wanted");
      }
      return of(file.toString(), Files.readString(file, StandardCharsets.UTF_8).strip());
    } catch (IOException unreadable) {
      throw new InvalidInputException(
          file + ": cannot be read; it should hold one line user:password", unreadable);
    }
  }

  /**
   * Reads credentials from an environment variable, {@code user:password}.
   *
   * @throws InvalidInputException if it is not set or is none such
   */
  public static ZooKeeperCredentials fromEnvironment(String variable) {
    return from(variable, System.getenv());
  }

  static ZooKeeperCredentials from(String variable, Map<String, String> environment) {
    String value = environment.get(variable);
    if (value == null) {
      throw new InvalidInputException(variable + " is not set; set it to user:password");
    }
    return of(variable, value.strip());
  }

  private static ZooKeeperCredentials of(String where, String line) {
    int colon = line.indexOf(':');
    if (colon < 1
        || colon == line.length() - 1
        || line.length() > MAX_BYTES
        || line.chars().anyMatch(character -> character < ' ')) {
      throw new InvalidInputException(where + " holds no credentials; user:password is wanted");
    }
    return new ZooKeeperCredentials(line);
  }

  /** Returns the bytes of ZooKeeper's scheme {@code digest}. */
  byte[] digest() {
    return userAndPassword.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "ZooKeeperCredentials[not shown]";
  }
}
