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
 * The process's standard output, reserved for the results of commands: the output of a policy goes
 * to standard error. A policy can still open the file descriptor itself.
 */
public final class ProcessStreams {
  private static final Path DESCRIPTOR = Path.of("/dev/fd/1");

  // The bits for the type of a file in the mode of POSIX.
  private static final int TYPE = 0xF000;
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xC000;

  private static @Nullable WatchedOutput reserved;

  private ProcessStreams() {}

  /** Redirects {@link System#out} to standard error. */
  static synchronized void reserveStandardOutput() {
    if (reserved == null) {
      reserved = new WatchedOutput(Terminal.beside(new FileOutputStream(FileDescriptor.out)));
      System.setOut(System.err);
    }
  }

  /** Returns the process's standard output, reserved or not. */
  public static synchronized OutputStream standardOutput() {
    return reserved == null ? System.out : reserved;
  }

  /**
   * Returns the failure to write the reserved output; empty if all of it was written, or if its
   * reader closed it early, as {@code head} does.
   */
  static synchronized Optional<IOException> lostOutput() {
    return reserved == null || hasReader(DESCRIPTOR)
        ? Optional.empty()
        : Optional.ofNullable(reserved.failure);
  }

  /**
   * Returns whether a file is a pipe or a socket. A write to one fails only when its reader has
   * closed it; Java reports that by a message in the system's language and by nothing else.
   */
  static boolean hasReader(Path file) {
    try {
      int type = (int) Files.getAttribute(file, "unix:mode") & TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false;
    }
  }

  /** An output that keeps its last failure; the writers above it report none. */
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
