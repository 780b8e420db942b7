package io.eplb.server.rpc;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads what {@link MessageWriter} wrote. The bytes may be anything: each number is checked against
 * its range, and no list is longer than the bytes that are left.
 *
 * <p>All methods throw {@link InvalidInputException} if the message does not hold what is asked
 * for.
 */
final class MessageReader {
  private static final int MOST_SHIFT = 56;

  private final byte[] bytes;
  private int at;

  MessageReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads a number. */
  long number(String what, long minimum, long maximum) {
    long value = 0;
    for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
      if (at == bytes.length) {
        throw new InvalidInputException(
            "the message ends after %d bytes, before %s".formatted(at, what));
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return Require.inRange(what, value, minimum, maximum);
      }
    }
    throw new InvalidInputException(
        "%s, at byte %d of the message, is longer than a number may be".formatted(what, at));
  }

  /** Reads a number of 0 or more. */
  long number(String what) {
    return number(what, 0, Long.MAX_VALUE);
  }

  /** Reads a number of 32 bits. */
  int whole(String what, int minimum, int maximum) {
    return (int) number(what, minimum, maximum);
  }

  /** Reads a yes or no. */
  boolean flag(String what) {
    return number(what, 0, 1) == 1;
  }

  /** Reads bytes. */
  byte[] bytes(String what) {
    int length = length("the bytes of " + what);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /** Reads a text. */
  String text(String what) {
    return new String(bytes(what), StandardCharsets.UTF_8);
  }

  /** Reads a list, each of whose elements takes a byte at least. */
  <T> List<T> list(String what, Function<MessageReader, T> read) {
    int length = length("the number of " + what);
    List<T> values = new ArrayList<>(length);
    for (int index = 0; index < length; index++) {
      values.add(read.apply(this));
    }
    return List.copyOf(values);
  }

  private int length(String what) {
    int length = whole(what, 0, bytes.length);
    return Require.inRange(what, length, 0, bytes.length - at);
  }

  /** Returns the bytes that are left. */
  int left() {
    return bytes.length - at;
  }

  /** Checks that nothing is left. */
  void end() {
    if (at != bytes.length) {
      throw new InvalidInputException(
          "the message has %d bytes too many".formatted(bytes.length - at));
    }
  }
}
