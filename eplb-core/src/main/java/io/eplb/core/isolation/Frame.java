package io.eplb.core.isolation;

import io.eplb.api.wording.OneLine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One message between the two processes: a kind and a payload of numbers, texts and arrays, which
 * are read in the order in which they were written. Both ends run on one machine, so numbers have
 * its byte order.
 *
 * <p>Not safe for use by several threads.
 */
final class Frame {
  /** The kinds of messages. The first four are questions, the others answers. */
  enum Kind {
    /** Load a policy: {@link PolicyCodec}. */
    LOAD,
    /** Make a plan: {@link QuestionCodec}. */
    PLAN,
    /** Take notice of the ends of layers. */
    LAYERS_ENDED,
    /** Close the policy and end the process. */
    CLOSE,
    /** The declaration of the policy that was loaded: {@link PolicyCodec}. */
    DECLARED,
    /** An answer to a plan: {@link AnswerCodec}. */
    ANSWERED,
    /** The null that a policy answered. */
    NULL,
    /** The policy failed: {@link FailureCodec}. */
    FAILED,
    /** Done, without a result. */
    DONE
  }

  /** The greatest payload in bytes. */
  static final int MAX_LENGTH = 1 << 30;

  private static final int FIRST_LENGTH = 1 << 10;

  private final Kind kind;
  private ByteBuffer payload;

  private Frame(Kind kind, ByteBuffer payload) {
    this.kind = kind;
    this.payload = payload.order(ByteOrder.nativeOrder());
  }

  /** Returns an empty frame to be written. */
  static Frame of(Kind kind) {
    return new Frame(kind, ByteBuffer.allocate(FIRST_LENGTH));
  }

  /** Returns a frame to be read; it uses the array. */
  static Frame received(Kind kind, byte[] payload) {
    return new Frame(kind, ByteBuffer.wrap(payload));
  }

  Kind kind() {
    return kind;
  }

  /** Returns the number of bytes written so far. */
  int length() {
    return payload.position();
  }

  /** Returns the array that holds the bytes written so far, from index 0. */
  byte[] bytes() {
    return payload.array();
  }

  /** Returns this frame as its receiver gets it; for frames that stay in one process. */
  Frame flipped() {
    byte[] written = new byte[length()];
    System.arraycopy(bytes(), 0, written, 0, written.length);
    return received(kind, written);
  }

  private ByteBuffer room(long bytes) {
    long needed = payload.position() + bytes;
    if (needed > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a message of more than " + MAX_LENGTH + " bytes cannot be sent to a policy's process");
    }
    if (needed > payload.capacity()) {
      int capacity = (int) Math.min(MAX_LENGTH, Math.max(needed, 2L * payload.capacity()));
      payload = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder()).put(payload.flip());
    }
    return payload;
  }

  Frame put(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
    return this;
  }

  Frame put(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  Frame put(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  Frame put(double value) {
    room(Double.BYTES).putDouble(value);
    return this;
  }

  Frame put(String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    put(text.length);
    room(text.length).put(text);
    return this;
  }

  Frame put(int[] values) {
    put(values.length);
    int bytes = Math.multiplyExact(values.length, Integer.BYTES);
    room(bytes).asIntBuffer().put(values);
    payload.position(payload.position() + bytes);
    return this;
  }

  Frame put(double[] values) {
    put(values.length);
    int bytes = Math.multiplyExact(values.length, Double.BYTES);
    room(bytes).asDoubleBuffer().put(values);
    payload.position(payload.position() + bytes);
    return this;
  }

  Frame put(Enum<?> value) {
    return put(value.name());
  }

  boolean getBoolean() throws MalformedFrameException {
    return available(1).get() != 0;
  }

  int getInt() throws MalformedFrameException {
    return available(Integer.BYTES).getInt();
  }

  long getLong() throws MalformedFrameException {
    return available(Long.BYTES).getLong();
  }

  double getDouble() throws MalformedFrameException {
    return available(Double.BYTES).getDouble();
  }

  String getString() throws MalformedFrameException {
    int length = getInt();
    byte[] text = new byte[checked(length, 1)];
    available(length).get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  int[] getInts() throws MalformedFrameException {
    int length = getInt();
    int[] values = new int[checked(length, Integer.BYTES)];
    payload.asIntBuffer().get(values);
    payload.position(payload.position() + length * Integer.BYTES);
    return values;
  }

  double[] getDoubles() throws MalformedFrameException {
    int length = getInt();
    double[] values = new double[checked(length, Double.BYTES)];
    payload.asDoubleBuffer().get(values);
    payload.position(payload.position() + length * Double.BYTES);
    return values;
  }

  <E extends Enum<E>> E getEnum(Class<E> type) throws MalformedFrameException {
    String name = getString();
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException unknown) {
      throw new MalformedFrameException(
          "'%s' is no %s".formatted(OneLine.brief(name), type.getSimpleName()));
    }
  }

  private int checked(int length, int bytesOfOne) throws MalformedFrameException {
    if (length < 0 || length > payload.remaining() / bytesOfOne) {
      throw new MalformedFrameException("a list is longer than its message");
    }
    return length;
  }

  private ByteBuffer available(int bytes) throws MalformedFrameException {
    if (payload.remaining() < bytes) {
      throw new MalformedFrameException("a message ends too early");
    }
    return payload;
  }

  /**
   * Checks that everything was read.
   *
   * @throws MalformedFrameException if something is left
   */
  void end() throws MalformedFrameException {
    if (payload.hasRemaining()) {
      throw new MalformedFrameException("a message is longer than its content");
    }
  }
}
