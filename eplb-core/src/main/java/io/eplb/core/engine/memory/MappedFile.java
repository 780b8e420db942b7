package io.eplb.core.engine.memory;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that processes of one machine map into their memory. A file gets its name when all of its
 * bytes are there, so no process maps a part of it, and a full disk is found before.
 *
 * <p>A file that is there is used as it is. It is never made shorter: that would kill the processes
 * that have mapped it.
 */
public final class MappedFile {
  private static final int CHUNK = 1 << 16;

  private MappedFile() {}

  /**
   * Maps a file; creates it, all zeros but for the first words, if it is not there. One process
   * creates a file at a time.
   *
   * @return the bytes, in the byte order of the machine
   * @throws InvalidInputException if it cannot be created, or another file is there
   */
  public static ByteBuffer createOrOpen(Path path, MappedLayout layout) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        create(path, layout);
      }
    } catch (IOException failed) {
      throw new InvalidInputException(
          "%s of %d bytes cannot be created: %s"
              .formatted(path, layout.bytes(), FileFailure.reason(failed)),
          failed);
    }
    return open(path, layout);
  }

  private static void create(Path path, MappedLayout layout) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        write(channel, layout);
      }
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      Files.deleteIfExists(unfinished);
      throw failed;
    }
  }

  /** Writes every byte: a hole in the file could not be filled when the disk is full. */
  private static void write(FileChannel channel, MappedLayout layout) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(MappedLayout.HEADER_BYTES).order(ByteOrder.nativeOrder());
    layout.writeTo(header);
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
    for (long left = layout.bytes(); left > 0; ) {
      ByteBuffer chunk = header.hasRemaining() ? header : zeros.clear();
      chunk.limit((int) Math.min(left, chunk.limit()));
      left -= channel.write(chunk);
    }
  }

  /**
   * Checks that an open file has a layout.
   *
   * @throws InvalidInputException if it has another one
   * @throws IOException if it cannot be read
   */
  public static void require(Path path, FileChannel channel, MappedLayout layout)
      throws IOException {
    layout.require(path, header(channel), channel.size());
  }

  /** Returns the first words of a file, in the byte order of the machine; fewer if it is short. */
  private static ByteBuffer header(FileChannel channel) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(MappedLayout.HEADER_BYTES).order(ByteOrder.nativeOrder());
    while (header.hasRemaining() && channel.read(header, header.position()) >= 0) {
      // One read may bring less.
    }
    return header.flip();
  }

  /**
   * Maps a file that is there.
   *
   * @return the bytes, in the byte order of the machine
   * @throws InvalidInputException if it is not there, cannot be read and written, or has another
   *     layout
   */
  public static ByteBuffer open(Path path, MappedLayout layout) {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      require(path, channel, layout);
      return channel
          .map(FileChannel.MapMode.READ_WRITE, 0, layout.bytes())
          .order(ByteOrder.nativeOrder());
    } catch (IOException failed) {
      throw new InvalidInputException(
          path + " cannot be opened: " + FileFailure.reason(failed), failed);
    }
  }
}
