package io.eplb.core.engine.shared;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one living process holds: it ends with its process, however that ends. A stopped
 * process still holds it. The lock file has no content and stays.
 */
public final class ProcessLock implements AutoCloseable {
  /** A look of another process, see {@link #isHeld}, is over in less. */
  private static final int ATTEMPTS = 100;

  private static final long PAUSE_NANOS = 1_000_000;

  private final FileChannel channel;

  private ProcessLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a lock.
   *
   * @param owner the process that may hold it, for the message: "the engine of rank 3"
   * @throws InvalidInputException if another process or this one holds it, or the file cannot be
   *     written
   */
  public static ProcessLock take(Path file, String owner) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        FileChannel channel = tryLock(file);
        if (channel != null) {
          return new ProcessLock(channel);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException failed) {
      throw new InvalidInputException(
          file + " cannot be locked: " + FileFailure.reason(failed), failed);
    }
    throw new InvalidInputException(
        "%s is running already and holds %s; end it first".formatted(owner, file));
  }

  private static @Nullable FileChannel tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      // As if another held it.
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    channel.close();
    return null;
  }

  /**
   * Returns whether a living process holds a lock at this instant; not the one that asks.
   *
   * @throws InvalidInputException if the file cannot be opened
   */
  public static boolean isHeld(Path file) {
    try (FileChannel free = tryLock(file)) {
      return free == null;
    } catch (IOException failed) {
      throw new InvalidInputException(
          file + " cannot be locked: " + FileFailure.reason(failed), failed);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
