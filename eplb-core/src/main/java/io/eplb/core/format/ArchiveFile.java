package io.eplb.core.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Opens ZIP archives whose writers cannot be trusted. The JDK takes memory for as many entries as
 * the 64-bit end of the directory claims, gigabytes for a file of a few hundred bytes, so that end
 * is looked at first.
 */
public final class ArchiveFile {
  private static final int SHORTEST_ENTRY = 46;

  private ArchiveFile() {}

  /**
   * Opens an archive.
   *
   * @throws IOException if it cannot be read, or claims more entries than it can hold
   */
  public static ZipFile open(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      requireHonestEnd(file);
    }
    return new ZipFile(path.toFile());
  }

  /** Looks at every place at which the locator of a 64-bit end may stand. */
  private static void requireHonestEnd(FileChannel file) throws IOException {
    long size = file.size();
    int length = (int) Math.min(size, ZipEnd.LONGEST);
    ByteBuffer tail = read(file, size - length, length);
    for (int at = 0; at <= tail.limit() - ZipEnd.LOCATOR_LENGTH; at++) {
      long end = ZipEnd.located(tail, at).orElse(-1);
      if (end >= 0 && end <= size - ZipEnd.WIDE_LENGTH) {
        requireHonest(read(file, end, ZipEnd.WIDE_LENGTH), size);
      }
    }
  }

  private static void requireHonest(ByteBuffer end, long size) throws ZipException {
    if (!ZipEnd.isWide(end, 0)) {
      return;
    }
    long entries = ZipEnd.readWide(end, 0).entries();
    if (entries < 0 || entries > size / SHORTEST_ENTRY) {
      throw new ZipException("it claims more entries than it can hold");
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
      // A read may return less than asked for.
    }
    return bytes.flip();
  }
}
