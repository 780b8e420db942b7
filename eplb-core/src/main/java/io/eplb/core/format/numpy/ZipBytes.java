package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.ZipEnd;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The directory of a ZIP archive in memory. The JDK reads such directories from files alone, and
 * without the directory it cannot read a stored entry whose size stands behind it.
 *
 * <p>Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.5.3
 * (64-bit sizes).
 */
final class ZipBytes {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int WIDE_EXTRA = 1;
  private static final long ELSEWHERE = 0xffffffffL;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** The most that DEFLATE can shrink data: 258 bytes in two bits. */
  static final long BEST_COMPRESSION = 1032;

  private final InputSource source;
  private final ByteBuffer bytes;

  private ZipBytes(InputSource source) {
    this.source = source;
    this.bytes = ByteBuffer.wrap(source.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * One file of the archive. Its data lies within the archive, and it claims no more bytes than
   * they can hold.
   *
   * @param name the name with its path
   * @param deflated whether the data is compressed
   * @param checksum the CRC-32 that the unpacked data should have
   * @param size the claimed number of unpacked bytes
   * @param data the bytes as they are in the archive
   */
  record Entry(String name, boolean deflated, long checksum, long size, ByteBuffer data) {
    /** Opens the unpacked data. */
    InputStream open() {
      InputStream stored =
          new ByteArrayInputStream(data.array(), data.arrayOffset(), data.remaining());
      return deflated ? new Unpacked(stored) : stored;
    }
  }

  private static final class Unpacked extends InflaterInputStream {
    private static final int BUFFER = 1 << 13;

    Unpacked(InputStream deflated) {
      super(deflated, new Inflater(true), BUFFER);
    }

    @Override
    public void close() {
      inf.end();
    }
  }

  /**
   * Lists the entries in the directory's order, at least one.
   *
   * @throws InvalidInputException if it is no archive, is damaged, is encrypted or is compressed in
   *     another way than NumPy does
   */
  static List<Entry> entries(InputSource source) {
    Content content = source.content();
    if (content != Content.ZIP) {
      throw source.fault(
          "holds " + content.description() + "; expected NumPy's .npz, a ZIP archive");
    }
    ZipBytes archive = new ZipBytes(source);
    try {
      return archive.directory();
    } catch (IndexOutOfBoundsException outside) {
      throw archive.damaged(outside);
    }
  }

  private InvalidInputException damaged(Throwable cause) {
    return source.fault("is no readable NPZ archive: it is truncated or damaged", cause);
  }

  private List<Entry> directory() {
    int end = ZipEnd.find(bytes);
    require(end >= 0);
    ZipEnd directory = ZipEnd.read(bytes, end);
    OptionalLong wide = ZipEnd.located(bytes, end - ZipEnd.LOCATOR_LENGTH);
    if (wide.isPresent()) {
      int wideEnd = within(wide.getAsLong(), ZipEnd.WIDE_LENGTH, end - ZipEnd.LOCATOR_LENGTH);
      require(ZipEnd.isWide(bytes, wideEnd));
      directory = ZipEnd.readWide(bytes, wideEnd);
    }
    int at = within(directory.start(), directory.length(), end);
    int stop = at + (int) directory.length();
    int start = at;
    List<Entry> entries = new ArrayList<>();
    while (at < stop) {
      within(at, CENTRAL_LENGTH, stop);
      require(bytes.getInt(at) == CENTRAL);
      int next = at + CENTRAL_LENGTH + ushort(at + 28) + ushort(at + 30) + ushort(at + 32);
      require(next <= stop);
      entries.add(entry(at, start));
      at = next;
    }
    if (entries.isEmpty()) {
      throw source.fault("is an empty archive; expected arrays");
    }
    return entries;
  }

  /**
   * Reads an entry of the directory.
   *
   * @param limit where the directory starts, so that no data goes on
   */
  private Entry entry(int at, int limit) {
    int nameLength = ushort(at + 28);
    String name = text(at + CENTRAL_LENGTH, nameLength);
    long packed = uint(at + 20);
    long size = uint(at + 24);
    long local = uint(at + 42);
    if (packed == ELSEWHERE || size == ELSEWHERE || local == ELSEWHERE) {
      int wide = wideSizes(at + CENTRAL_LENGTH + nameLength, ushort(at + 30));
      if (size == ELSEWHERE) {
        size = bytes.getLong(wide);
        wide += Long.BYTES;
      }
      if (packed == ELSEWHERE) {
        packed = bytes.getLong(wide);
        wide += Long.BYTES;
      }
      local = local == ELSEWHERE ? bytes.getLong(wide) : local;
    }
    String shown = "entry " + OneLine.quote(name) + " ";
    int method = ushort(at + 10);
    if ((ushort(at + 8) & ENCRYPTED) != 0) {
      throw source.fault(shown + "is encrypted; expected plain data");
    }
    if (method != STORED && method != DEFLATED) {
      throw source.fault(
          shown + "is compressed by method " + method + "; expected 0 (stored) or 8 (deflated)");
    }
    int header = within(local, LOCAL_LENGTH, limit);
    require(bytes.getInt(header) == LOCAL);
    require(text(header + LOCAL_LENGTH, ushort(header + 26)).equals(name));
    int data = header + LOCAL_LENGTH + ushort(header + 26) + ushort(header + 28);
    within(data, packed, limit);
    if (size < 0 || (method == STORED ? size != packed : size / BEST_COMPRESSION > packed)) {
      throw source.fault(
          "%sclaims %s bytes, more than its %s bytes of data can hold: the archive is damaged"
              .formatted(shown, Long.toUnsignedString(size), packed));
    }
    return new Entry(
        name, method == DEFLATED, uint(at + 16), size, bytes.slice(data, (int) packed));
  }

  /** Finds the extra field of 64-bit sizes; returns the place of the first. */
  private int wideSizes(int from, int length) {
    int at = from;
    while (at + 4 <= from + length) {
      if (ushort(at) == WIDE_EXTRA) {
        return at + 4;
      }
      at += 4 + ushort(at + 2);
    }
    throw damaged();
  }

  private void require(boolean whole) {
    if (!whole) {
      throw damaged();
    }
  }

  private InvalidInputException damaged() {
    return source.fault("is no readable NPZ archive: it is truncated or damaged");
  }

  /** Returns the start of a range if it ends at or before the limit. */
  private int within(long from, long length, int limit) {
    require(from >= 0 && length >= 0 && from <= limit && length <= limit - from);
    return (int) from;
  }

  private int ushort(int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private long uint(int at) {
    return bytes.getInt(at) & 0xffffffffL;
  }

  private String text(int at, int length) {
    byte[] text = new byte[length];
    bytes.get(at, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
