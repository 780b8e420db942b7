package io.eplb.cli.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the process's standard output for the commands' results alone: what a policy prints goes to
 * standard error. A policy that opens the file descriptor itself is not stopped.
 */
public final class ProcessStreams {
  private static final Path DESCRIPTOR = Path.of("/dev/fd/1");

  // The type of a file, as the mode of POSIX has it.
  private static final int TYPE = 0xF000;
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xC000;

  private static @Nullable WatchedOutput reserved;

  private ProcessStreams() {}

  /** Sends to standard error, from now on, what is printed to {@link System#out}. */
  static synchronized void reserveStandardOutput() {
    if (reserved == null) {
      reserved = new WatchedOutput(new FileOutputStream(FileDescriptor.out));
      System.setOut(System.err);
    }
  }

  /** Returns the process's standard output, reserved or not. */
  public static synchronized OutputStream standardOutput() {
    return reserved == null ? System.out : reserved;
  }

  /**
   * Returns why the reserved output could not be written; empty if all of it was, or if its reader
   * went away, as {@code head} does when it has seen enough.
   */
  static synchronized Optional<IOException> lostOutput() {
    return reserved == null || hasReader(DESCRIPTOR)
        ? Optional.empty()
        : Optional.ofNullable(reserved.failure);
  }

  /**
   * Returns whether a file is a pipe or a socket, to which a write fails for one reason alone: its
   * reader went away. Java tells that by a message only, whose language is the system's.
   */
  static boolean hasReader(Path file) {
    try {
      int type = (int) Files.getAttribute(file, "unix:mode") & TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false;
    }
  }

  /** Remembers the first failure, which the writers on top of it swallow. */
  private static final class WatchedOutput extends OutputStream {
    private final OutputStream target;
    private volatile @Nullable IOException failure;

    WatchedOutput(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      try {
        target.write(octets, offset, length);
      } catch (IOException failed) {
        failure = failed;
        throw failed;
      }
    }
  }
}
