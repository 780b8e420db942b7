package io.eplb.core.engine.memory;

import io.eplb.api.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of a file that processes map: its first words tell what it is. Words are 8 bytes, in
 * the byte order of the machine:
 *
 * <pre>
 *   word 0   magic, 8 ASCII characters
 *   word 1   version of the layout
 *   word 2   length of the file in bytes
 *   word 3…  sizes, which the rest of the layout follows from
 * </pre>
 *
 * @param magic 8 ASCII characters
 * @param version the version of the layout
 * @param sizes the sizes, at most {@value #MOST_SIZES}
 * @param bytes the length of the file, at most 2 GiB − 1
 */
public record MappedLayout(String magic, long version, List<Size> sizes, long bytes) {
  /** The bytes that are kept for the first words. */
  public static final int HEADER_BYTES = 512;

  private static final int FIRST_SIZE = 3;
  private static final int MOST_SIZES = HEADER_BYTES / Long.BYTES - FIRST_SIZE;

  /**
   * Copies the list.
   *
   * @throws InvalidInputException if the file would be too long to be mapped
   */
  public MappedLayout {
    sizes = List.copyOf(sizes);
    if (magic.length() != Long.BYTES || sizes.size() > MOST_SIZES) {
      throw new IllegalArgumentException(magic + " with " + sizes.size() + " sizes");
    }
    if (bytes < HEADER_BYTES || bytes > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "a shared file of %d bytes for %s; it can have 2 GiB at most"
              .formatted(bytes, words(sizes)));
    }
  }

  /**
   * A size in the header.
   *
   * @param words what is said of it, with a place for the value: "%d layers"
   * @param value the size
   */
  public record Size(String words, long value) {
    @Override
    public String toString() {
      return words.formatted(value);
    }
  }

  private static String words(List<Size> sizes) {
    return String.join(", ", sizes.stream().map(Size::toString).toList());
  }

  private long magicWord() {
    return ByteBuffer.wrap(magic.getBytes(StandardCharsets.US_ASCII))
        .order(ByteOrder.nativeOrder())
        .getLong();
  }

  /** Writes the first words. */
  public void writeTo(ByteBuffer file) {
    file.putLong(0, magicWord());
    file.putLong(Long.BYTES, version);
    file.putLong(2 * Long.BYTES, bytes);
    for (int index = 0; index < sizes.size(); index++) {
      file.putLong((FIRST_SIZE + index) * Long.BYTES, sizes.get(index).value());
    }
  }

  /**
   * Checks the first words of a file.
   *
   * @param length the file's length
   * @throws InvalidInputException if it has another layout
   */
  void require(Path path, ByteBuffer header, long length) {
    if (header.remaining() < HEADER_BYTES || header.getLong(0) != magicWord()) {
      throw new InvalidInputException(
          "%s is no file that an engine shares with its agent; name another folder"
              .formatted(path));
    }
    if (header.getLong(Long.BYTES) != version) {
      throw new InvalidInputException(
          "%s has version %d of its layout; this program has version %d"
              .formatted(path, header.getLong(Long.BYTES), version));
    }
    List<Size> there = new ArrayList<>();
    for (int index = 0; index < sizes.size(); index++) {
      there.add(
          new Size(sizes.get(index).words(), header.getLong((FIRST_SIZE + index) * Long.BYTES)));
    }
    if (!there.equals(sizes)) {
      throw new InvalidInputException(
          "%s is for %s; it has to be for %s: remove it, or name another folder"
              .formatted(path, words(there), words(sizes)));
    }
    if (length != bytes || header.getLong(2 * Long.BYTES) != bytes) {
      throw new InvalidInputException(
          "%s has %d bytes; it should have %d: remove it and start its engine again"
              .formatted(path, length, bytes));
    }
  }
}
