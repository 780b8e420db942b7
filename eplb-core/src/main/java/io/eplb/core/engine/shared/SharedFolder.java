package io.eplb.core.engine.shared;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder in which the engines of a machine and their agents share files.
 *
 * @param path the folder; created when something is written to it
 */
public record SharedFolder(Path path) {
  private static final Path MEMORY = Path.of("/dev/shm");

  /**
   * Returns a folder of this name in memory where the system has a file system there, otherwise
   * among the temporary files.
   */
  public static SharedFolder named(String name) {
    Path parent =
        Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)
            ? MEMORY
            : Path.of(System.getProperty("java.io.tmpdir", "."));
    return new SharedFolder(parent.resolve(name));
  }

  /** Returns the file of a rank's gate. */
  public Path gate(int rank) {
    return path.resolve("gate-" + rank);
  }

  /** Returns the file of a rank's weights. */
  public Path weights(int rank) {
    return path.resolve("weights-" + rank);
  }

  /** Returns the file of a rank's counts of tokens. */
  public Path tokens(int rank) {
    return path.resolve("tokens-" + rank);
  }

  /** Returns the lock that a rank's engine holds while it lives. */
  public Path engineLock(int rank) {
    return path.resolve("engine-" + rank + ".lock");
  }

  /** Returns the lock that a rank's agent holds while it lives. */
  public Path agentLock(int rank) {
    return path.resolve("agent-" + rank + ".lock");
  }
}
