package io.eplb.server.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A message in the making: whole numbers of 0 or more in 1 to 9 bytes of 7 bits each, low bits
 * first, and what is built of them. {@link MessageReader} reads it.
 */
final class MessageWriter {
  /** The most bytes of a message. */
  static final int MOST_BYTES = 64 << 10;

  private static final int FIRST_BYTES = 64;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** Adds a number of 0 or more. */
  MessageWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException(value + " is negative; messages hold numbers from 0 on");
    }
    long left = value;
    for (; left >= 0x80; left >>>= 7) {
      add((byte) (left | 0x80));
    }
    return add((byte) left);
  }

  /** Adds a yes or no. */
  MessageWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  /** Adds bytes with their number. */
  MessageWriter bytes(byte[] block) {
    number(block.length);
    room(block.length);
    System.arraycopy(block, 0, bytes, size, block.length);
    size += block.length;
    return this;
  }

  /** Adds a text. */
  MessageWriter text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a list with its length. */
  <T> MessageWriter list(List<T> values, BiConsumer<MessageWriter, T> write) {
    number(values.size());
    values.forEach(value -> write.accept(this, value));
    return this;
  }

  private MessageWriter add(byte next) {
    room(1);
    bytes[size++] = next;
    return this;
  }

  private void room(int more) {
    if (more > MOST_BYTES - size) {
      throw new IllegalStateException(
          "a message of more than %d bytes; none may be longer".formatted(MOST_BYTES));
    }
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(MOST_BYTES, Math.max(2 * bytes.length, size + more)));
    }
  }

  /** Returns the number of bytes so far. */
  int size() {
    return size;
  }

  /** Returns the message. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
