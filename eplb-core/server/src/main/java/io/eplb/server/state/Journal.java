package io.eplb.server.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records that grows at its end. Thread-safe; one operation at a time.
 *
 * <p>After a line that names the format come the records: the length and the CRC-32C of length and
 * content, four bytes each, then the content. A record that was cut off by a crash is always the
 * last one; it is removed when the journal is opened. Example: two records, the second torn:
 *
 * <pre>
 *   "eplb journal 1\n"  5, crc, "first"  6, crc, "sec      read as: "first"
 * </pre>
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final byte[] FORMAT = "eplb journal 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_BYTES = 2 * Integer.BYTES;

  private final StateFolder folder;
  private final String group;
  private final String name;
  private final Path file;

  /** The bytes that count; 0 if there is no file. What is behind them is written over. */
  private long length;

  private Journal(StateFolder folder, String group, String name) {
    this.folder = folder;
    this.group = group;
    this.name = name;
    this.file = folder.file(group, name);
  }

  /** Opens a journal and repairs it: a torn record is cut off, an unreadable file set aside. */
  static Journal open(StateFolder folder, String group, String name) throws IOException {
    Journal journal = new Journal(folder, group, name);
    journal.repair();
    return journal;
  }

  private void repair() throws IOException {
    byte[] content = folder.read(group, name).orElse(new byte[0]);
    if (content.length == 0) {
      return;
    }
    if (!startsWithFormat(content)) {
      folder.setAside(group, name, "it is no journal of this version");
      return;
    }
    length = endOfRecords(content);
    if (length < content.length && torn(content, (int) length)) {
      LOG.warn("{}: the last record was cut off by a crash and is removed", file);
    } else if (length < content.length) {
      folder.keepAside(group, name, content, "it is damaged from byte " + length + " on");
    }
    // Even if nothing is cut off: what is read from now on must not be lost in a power cut, and the
    // process before this one may have ended before it was forced.
    cutTail();
    folder.finishNaming(group);
  }

  /**
   * Adds a record; it survives a crash once this returns.
   *
   * @throws UncertainRecordException if it may be found later nevertheless
   * @throws IOException if the disk failed; the journal is as it was before
   */
  public synchronized void append(byte[] record) throws IOException {
    if (length == 0) {
      rewrite(List.of());
    }
    folder.finishNaming(group);
    byte[] frame = frame(record);
    try {
      folder.write(file, length, frame);
    } catch (IOException failed) {
      takeBack(failed);
      throw failed;
    }
    length += frame.length;
  }

  private void takeBack(IOException failed) throws UncertainRecordException {
    try {
      cutTail();
    } catch (IOException stays) {
      failed.addSuppressed(stays);
      throw new UncertainRecordException(
          "a record of %s was perhaps written: %s".formatted(file, failed.getMessage()), failed);
    }
  }

  private void cutTail() throws IOException {
    folder.write(file, length, new byte[0]);
  }

  /** Returns the records in the order in which they were added. */
  public synchronized List<byte[]> records() throws IOException {
    byte[] content = folder.read(group, name).orElse(new byte[0]);
    List<byte[]> records = new ArrayList<>();
    int at = FORMAT.length;
    while (at < length && validAt(content, at)) {
      int end = end(content, at);
      records.add(Arrays.copyOfRange(content, at + FRAME_BYTES, end));
      at = end;
    }
    return records;
  }

  /**
   * Puts these records in the place of all others, in one step.
   *
   * @throws IOException if the disk failed; the journal has the records of before or these
   */
  public synchronized void rewrite(List<byte[]> records) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(FORMAT);
    records.forEach(record -> content.writeBytes(frame(record)));
    folder.rename(group, name, content.toByteArray());
    length = content.size();
    folder.finishNaming(group);
  }

  private static byte[] frame(byte[] record) {
    return ByteBuffer.allocate(FRAME_BYTES + record.length)
        .putInt(record.length)
        .putInt(checksum(record, 0, record.length))
        .put(record)
        .array();
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }

  private static boolean startsWithFormat(byte[] content) {
    return content.length >= FORMAT.length
        && Arrays.equals(content, 0, FORMAT.length, FORMAT, 0, FORMAT.length);
  }

  private static long endOfRecords(byte[] content) {
    int at = FORMAT.length;
    while (at < content.length && validAt(content, at)) {
      at = end(content, at);
    }
    return at;
  }

  /** Returns the end of the record that starts there; its length must fit into the content. */
  private static int end(byte[] content, int at) {
    return at + FRAME_BYTES + ByteBuffer.wrap(content).getInt(at);
  }

  private static boolean fitsAt(byte[] content, int at) {
    int room = content.length - at - FRAME_BYTES;
    if (room < 0) {
      return false;
    }
    int length = ByteBuffer.wrap(content).getInt(at);
    return length >= 0 && length <= room;
  }

  private static boolean validAt(byte[] content, int at) {
    if (!fitsAt(content, at)) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(content);
    return checksum(content, at + FRAME_BYTES, buffer.getInt(at))
        == buffer.getInt(at + Integer.BYTES);
  }

  /** Returns whether the invalid record that starts there is the last one. */
  private static boolean torn(byte[] content, int at) {
    return !fitsAt(content, at) || end(content, at) == content.length;
  }
}
