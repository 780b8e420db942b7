package io.eplb.server.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The numbers of rounds that were decided, and whose decisions are no longer held. Not thread-safe.
 *
 * <p>Rounds count up, so neighbours share a span; a span grows for a minute, so that its numbers
 * are forgotten together, each at most a minute late. Example: rounds 1, 2, 3 and 9, within a
 * minute, are the spans 1–3 and 9–9.
 */
final class PassedRounds {
  static final int BYTES = 4 * Long.BYTES;

  /** The most spans; no engine comes near. */
  static final int MOST_SPANS = 1_024;

  private static final Duration GROWTH = Duration.ofMinutes(1);

  /** The rounds from {@code first} to {@code last}, decided between two times. */
  private record Span(long first, long last, Instant from, Instant to) {
    boolean continuedBy(long round, Instant decided) {
      return round == last + 1 && decided.isBefore(from.plus(GROWTH)) && !decided.isBefore(from);
    }
  }

  private final Deque<Span> spans = new ArrayDeque<>();

  void add(long round, Instant decided) {
    Span newest = spans.peekLast();
    if (newest != null && newest.continuedBy(round, decided)) {
      spans.removeLast();
      spans.add(new Span(newest.first(), round, newest.from(), decided));
    } else {
      spans.add(new Span(round, round, decided, decided));
    }
  }

  boolean contains(long round) {
    return spans.stream().anyMatch(span -> span.first() <= round && round <= span.last());
  }

  /** Returns whether there is no room for rounds out of order. */
  boolean full() {
    return spans.size() >= MOST_SPANS;
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  /** Forgets the rounds that were all decided before a time. */
  void forgetBefore(Instant time) {
    spans.removeIf(span -> span.to().isBefore(time));
  }

  /** Returns the bytes that {@link #readSpans} adds: {@value #BYTES} for each span. */
  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(spans.size() * BYTES);
    for (Span span : spans) {
      bytes
          .putLong(span.first())
          .putLong(span.last())
          .putLong(span.from().toEpochMilli())
          .putLong(span.to().toEpochMilli());
    }
    return bytes.array();
  }

  /**
   * Adds the rounds of another object's bytes.
   *
   * @throws IOException if they are none
   */
  void readSpans(byte[] bytes) throws IOException {
    if (bytes.length % BYTES != 0) {
      throw new IOException("not spans of rounds: " + bytes.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      spans.add(
          new Span(
              buffer.getLong(),
              buffer.getLong(),
              Instant.ofEpochMilli(buffer.getLong()),
              Instant.ofEpochMilli(buffer.getLong())));
    }
  }
}
