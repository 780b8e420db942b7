package io.eplb.core.lock;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one living process holds: it ends with its process, however that ends. A stopped
 * process still holds it. The lock file has no content and stays.
 *
 * <p>The system gives a lock to a process, not to a channel: closing any channel of the file ends
 * it. So a file that this process has locked is never opened again, not even to look at it.
 */
public final class ProcessLock implements Closeable {
  /** A look of another process, see {@link #isHeld}, is over in less. */
  private static final int ATTEMPTS = 100;

  private static final long PAUSE_NANOS = 1_000_000;

  /** The files that this process has locked, or is looking at. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
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
        Optional<ProcessLock> lock = tryTake(file);
        if (lock.isPresent()) {
          return lock.get();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException failed) {
      throw cannotBeLocked(file, failed);
    }
    throw new InvalidInputException(
        "%s is running already and holds %s; end it first".formatted(owner, file));
  }

  private static InvalidInputException cannotBeLocked(Path file, IOException failed) {
    return new InvalidInputException(
        file + " cannot be locked: " + FileFailure.reason(failed), failed);
  }

  /**
   * Takes a lock unless another process or this one holds it, or looks at it at this instant.
   *
   * @param file a file in a folder that exists
   * @throws IOException if the file cannot be written
   */
  public static Optional<ProcessLock> tryTake(Path file) throws IOException {
    Path real = real(file);
    if (!OWN.add(real)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = channel.tryLock() != null;
      return taken ? Optional.of(new ProcessLock(real, channel)) : Optional.empty();
    } catch (OverlappingFileLockException heldUnderAnotherName) {
      return Optional.empty();
    } finally {
      if (!taken) {
        release(real, channel);
      }
    }
  }

  /** Returns the one name of a file, which may not be there yet. */
  private static Path real(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null || Files.exists(file)
        ? file.toRealPath()
        : folder.toRealPath().resolve(String.valueOf(file.getFileName()));
  }

  private static void release(Path file, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      OWN.remove(file);
    }
  }

  /**
   * Returns whether a living process holds a lock at this instant, this one included.
   *
   * @throws InvalidInputException if the file cannot be opened
   */
  public static boolean isHeld(Path file) {
    try {
      Optional<ProcessLock> free = tryTake(file);
      free.ifPresent(ProcessLock::close);
      return free.isEmpty();
    } catch (IOException failed) {
      throw cannotBeLocked(file, failed);
    }
  }

  /** Ends the lock; does nothing if it has ended. */
  @Override
  public synchronized void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      release(file, channel);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
