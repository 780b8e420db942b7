package io.eplb.core.format.numpy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Builds ZIP archives, right and wrong ones, byte by byte. */
public final class ArchiveBytes {
  private final Set<Trait> traits;
  private final ByteArrayOutputStream files = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  /** The ways in which writers differ. */
  public enum Trait {
    DEFLATED,
    /** The local header has no sizes; they follow the data. */
    DATA_DESCRIPTORS,
    /** The local header has 64-bit sizes, as {@code numpy.savez} writes them. */
    WIDE_LOCAL_SIZES,
    /** The directory has 64-bit sizes. */
    WIDE_DIRECTORY,
    /** The end of the directory is a 64-bit one. */
    WIDE_END,
    COMMENT,
  }

  /** Starts an archive. */
  public ArchiveBytes(Trait... traits) {
    this.traits = EnumSet.noneOf(Trait.class);
    this.traits.addAll(Arrays.asList(traits));
  }

  /** Adds a file. */
  public ArchiveBytes add(String name, byte[] data) {
    CRC32 checksum = new CRC32();
    checksum.update(data);
    return add(name, data, traits.contains(Trait.DEFLATED) ? 8 : 0, 0, (int) checksum.getValue());
  }

  /** Adds a file with some fields of its own. */
  public ArchiveBytes add(String name, byte[] data, int method, int flags, int checksum) {
    boolean described = traits.contains(Trait.DATA_DESCRIPTORS);
    boolean wideLocal = traits.contains(Trait.WIDE_LOCAL_SIZES);
    boolean wide = traits.contains(Trait.WIDE_DIRECTORY);
    byte[] packed = method == 8 ? deflate(data) : data;
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    int offset = files.size();
    ByteBuffer local = buffer(200 + text.length);
    local.putInt(0x04034b50).putShort((short) 45);
    local.putShort((short) (flags | (described ? 8 : 0))).putShort((short) method);
    local.putInt(0).putInt(described ? 0 : checksum);
    local.putInt(described ? 0 : wideLocal ? -1 : packed.length);
    local.putInt(described ? 0 : wideLocal ? -1 : data.length);
    local.putShort((short) text.length).putShort((short) (wideLocal ? 20 : 0)).put(text);
    if (wideLocal) {
      local.putShort((short) 1).putShort((short) 16).putLong(data.length).putLong(packed.length);
    }
    write(files, local);
    files.writeBytes(packed);
    if (described) {
      ByteBuffer descriptor = buffer(16).putInt(0x08074b50).putInt(checksum);
      write(files, descriptor.putInt(packed.length).putInt(data.length));
    }
    ByteBuffer central = buffer(200 + text.length);
    central.putInt(0x02014b50).putShort((short) 45).putShort((short) 45);
    central.putShort((short) (flags | (described ? 8 : 0))).putShort((short) method);
    central.putInt(0).putInt(checksum);
    central.putInt(wide ? -1 : packed.length).putInt(wide ? -1 : data.length);
    central.putShort((short) text.length).putShort((short) (wide ? 34 : 0)).putShort((short) 0);
    central.putShort((short) 0).putShort((short) 0).putInt(0).putInt(wide ? -1 : offset).put(text);
    if (wide) {
      // Some other field first.
      central.putShort((short) 0x5455).putShort((short) 2).putShort((short) 0);
      central.putShort((short) 1).putShort((short) 24);
      central.putLong(data.length).putLong(packed.length).putLong(offset);
    }
    write(directory, central);
    entries++;
    return this;
  }

  /** Returns the whole archive. */
  public byte[] build() {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    archive.writeBytes(files.toByteArray());
    archive.writeBytes(directory.toByteArray());
    boolean wide = traits.contains(Trait.WIDE_END);
    if (wide) {
      ByteBuffer end = buffer(100).putInt(0x06064b50).putLong(44);
      end.putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
      end.putLong(entries).putLong(entries).putLong(directory.size()).putLong(files.size());
      end.putInt(0x07064b50).putInt(0).putLong(archive.size()).putInt(1);
      write(archive, end);
    }
    byte[] comment =
        traits.contains(Trait.COMMENT)
            ? "A comment, PK\5\6 and all".getBytes(StandardCharsets.ISO_8859_1)
            : new byte[0];
    ByteBuffer end = buffer(22 + comment.length).putInt(0x06054b50).putInt(0);
    end.putShort((short) (wide ? -1 : entries)).putShort((short) (wide ? -1 : entries));
    end.putInt(wide ? -1 : directory.size()).putInt(wide ? -1 : files.size());
    write(archive, end.putShort((short) comment.length).put(comment));
    return archive.toByteArray();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void write(ByteArrayOutputStream output, ByteBuffer bytes) {
    byte[] written = new byte[bytes.flip().remaining()];
    bytes.get(written);
    output.writeBytes(written);
  }

  private static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] packed = new byte[data.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }
}
