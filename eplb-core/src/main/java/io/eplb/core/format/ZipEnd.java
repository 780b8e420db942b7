package io.eplb.core.format;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The records at the end of a ZIP archive that say where its directory is: the end itself, and for
 * large archives a 64-bit end, which a locator in front of the end points to. All are
 * little-endian.
 *
 * <p>Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
 *
 * @param entries the number of entries that it claims
 * @param length the bytes of the directory
 * @param start the place of the directory in the archive
 */
public record ZipEnd(long entries, long length, long start) {
  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR = 0x07064b50;
  private static final int WIDE_END = 0x06064b50;

  /** The bytes of a locator. */
  public static final int LOCATOR_LENGTH = 20;

  /** The bytes of a 64-bit end. */
  public static final int WIDE_LENGTH = 56;

  /** The most bytes that the end and its locator take. */
  static final int LONGEST = LOCATOR_LENGTH + END_LENGTH + LONGEST_COMMENT;

  /**
   * Finds the end in an archive that is in memory: the last one whose comment ends where the
   * archive does.
   *
   * @return its place, or −1 if there is none
   */
  public static int find(ByteBuffer archive) {
    int last = archive.capacity() - END_LENGTH;
    for (int at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
      if (archive.getInt(at) == END
          && at + END_LENGTH + ushort(archive, at + 20) == archive.capacity()) {
        return at;
      }
    }
    return -1;
  }

  /** Reads the end at a place where it was found. */
  public static ZipEnd read(ByteBuffer bytes, int at) {
    return new ZipEnd(ushort(bytes, at + 10), uint(bytes, at + 12), uint(bytes, at + 16));
  }

  /**
   * Returns the place in the archive of the 64-bit end that a locator points to; it may be
   * anything.
   *
   * @param at the place of the locator in the bytes
   * @return empty if there is no locator
   */
  public static OptionalLong located(ByteBuffer bytes, int at) {
    return at >= 0 && bytes.getInt(at) == LOCATOR
        ? OptionalLong.of(bytes.getLong(at + 8))
        : OptionalLong.empty();
  }

  /** Returns whether a 64-bit end is at a place. */
  public static boolean isWide(ByteBuffer bytes, int at) {
    return bytes.limit() - at >= WIDE_LENGTH && bytes.getInt(at) == WIDE_END;
  }

  /** Reads the 64-bit end at a place. */
  public static ZipEnd readWide(ByteBuffer bytes, int at) {
    return new ZipEnd(bytes.getLong(at + 32), bytes.getLong(at + 40), bytes.getLong(at + 48));
  }

  private static int ushort(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private static long uint(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xffffffffL;
  }
}
