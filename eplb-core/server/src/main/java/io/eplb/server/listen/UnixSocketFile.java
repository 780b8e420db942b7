package io.eplb.server.listen;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket at which the service listens.
 *
 * <p>The socket is bound in a folder that only the owner can enter, gets its permissions there, and
 * is then moved to its place: nobody else can connect at any moment, whatever the umask. A socket
 * that nobody listens at is replaced; any other file is left alone.
 *
 * <pre>{@code
 * UnixSocketFile file = UnixSocketFile.prepare(Path.of("/run/eplb.sock"));
 * channel.bind(UnixDomainSocketAddress.of(file.hidden()));
 * file.publish();
 * …
 * file.close();
 * }</pre>
 */
public final class UnixSocketFile implements AutoCloseable {
  /** The most bytes of a path that all systems can bind. */
  private static final int MOST_BYTES = 103;

  private static final int TYPE = 0xF000;
  private static final int SOCKET = 0xC000;

  private final Path file;
  private final Path folder;
  private @Nullable Object identity;

  private UnixSocketFile(Path file, Path folder) {
    this.file = file;
    this.folder = folder;
  }

  /**
   * Checks that the service may listen at a file, and makes the private folder beside it.
   *
   * @throws InvalidInputException if the file is no socket, if something listens at it, or if its
   *     folder cannot be written
   */
  public static UnixSocketFile prepare(Path given) {
    Path file = given.toAbsolutePath();
    requireFree(file);
    Path parent = file.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InvalidInputException(
          "unix:%s: the folder %s does not exist; create it first".formatted(given, parent));
    }
    try {
      UnixSocketFile socket =
          new UnixSocketFile(
              file,
              Files.createTempDirectory(
                  parent,
                  ".s",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------"))));
      try {
        requireShort(file);
        requireShort(socket.hidden());
        return socket;
      } catch (InvalidInputException tooLong) {
        Files.delete(socket.folder);
        throw tooLong;
      }
    } catch (IOException refused) {
      throw new InvalidInputException(
          "unix:%s: the folder %s cannot be written: %s"
              .formatted(given, parent, FileFailure.reason(refused)),
          refused);
    }
  }

  private static void requireShort(Path path) {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new InvalidInputException(
          "unix:%s: the path is too long for a Unix socket (%d bytes, at most %d); choose a shorter one"
              .formatted(path, bytes, MOST_BYTES));
    }
  }

  /** Returns the path to bind the socket at. */
  public Path hidden() {
    return folder.resolve("s");
  }

  /**
   * Moves the bound socket to its place.
   *
   * @throws InvalidInputException if the place was taken meanwhile
   */
  public void publish() {
    try {
      Files.setPosixFilePermissions(hidden(), PosixFilePermissions.fromString("rw-------"));
      identity = identity(hidden());
      requireFree(file);
      Files.move(hidden(), file, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(folder);
    } catch (IOException refused) {
      throw new InvalidInputException(
          "unix:%s: the socket cannot be created: %s".formatted(file, FileFailure.reason(refused)),
          refused);
    }
  }

  /** Removes the file, unless it is another service's by now. */
  @Override
  public void close() {
    try {
      if (identity != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        if (identity.equals(identity(file))) {
          Files.delete(file);
        }
      }
      Files.deleteIfExists(hidden());
      Files.deleteIfExists(folder);
    } catch (IOException stuck) {
      throw new InternalException("unix:%s: cannot be removed".formatted(file), stuck);
    }
  }

  private static void requireFree(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(file)) {
      throw new InvalidInputException(
          "unix:%s: the file exists and is no socket; remove it or choose another name"
              .formatted(file));
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(file));
      throw new InvalidInputException(
          "unix:%s: another service listens there; stop it or choose another name".formatted(file));
    } catch (IOException stale) {
      // Nobody listens: the file is the rest of a service that was killed.
    }
  }

  private static boolean isSocket(Path file) {
    try {
      int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & TYPE) == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false;
    }
  }

  private static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
