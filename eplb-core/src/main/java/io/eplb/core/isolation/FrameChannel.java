package io.eplb.core.isolation;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A pair of streams that carries frames. On the wire a frame is:
 *
 * <pre>
 * int magic, int kind, int length, int CRC-32C of the payload, payload
 * </pre>
 *
 * <p>Whatever else is written into the stream, by a policy that opens the descriptor of standard
 * output, is recognised by the magic number or by the checksum.
 *
 * <p>One thread may write while another one reads.
 */
final class FrameChannel {
  private static final int MAGIC = 0x45504C42; // EPLB
  private static final int HEADER = 4 * Integer.BYTES;
  private static final Frame.Kind[] KINDS = Frame.Kind.values();

  private final InputStream in;
  private final OutputStream out;

  FrameChannel(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Writes a frame and flushes. */
  @SuppressWarnings("EnumOrdinal") // Both ends run this very class.
  void write(Frame frame) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
    header.putInt(MAGIC).putInt(frame.kind().ordinal()).putInt(frame.length());
    header.putInt(checksum(frame.bytes(), frame.length()));
    out.write(header.array());
    out.write(frame.bytes(), 0, frame.length());
    out.flush();
  }

  /**
   * Reads a frame.
   *
   * @param maxLength the greatest payload that is acceptable, in bytes
   * @throws EOFException if the stream ends before the first byte
   * @throws MalformedFrameException if something else than a frame was written, or a part of one
   */
  Frame read(int maxLength) throws IOException {
    byte[] begin = new byte[HEADER];
    int got = in.readNBytes(begin, 0, HEADER);
    if (got == 0) {
      throw new EOFException("the stream has ended");
    }
    ByteBuffer header = ByteBuffer.wrap(begin).order(ByteOrder.nativeOrder());
    if (got < HEADER || header.getInt() != MAGIC) {
      throw new MalformedFrameException("something else than a message was written");
    }
    int kind = header.getInt();
    int length = header.getInt();
    int checksum = header.getInt();
    if (kind < 0 || kind >= KINDS.length || length < 0) {
      throw new MalformedFrameException("a message of an unknown kind was written");
    }
    if (length > maxLength) {
      throw new MalformedFrameException(
          "a message has %d bytes; at most %d are expected".formatted(length, maxLength));
    }
    byte[] payload = new byte[length];
    if (in.readNBytes(payload, 0, length) < length) {
      throw new MalformedFrameException("a message ends too early");
    }
    if (checksum(payload, length) != checksum) {
      throw new MalformedFrameException("something was written into a message");
    }
    return Frame.received(KINDS[kind], payload);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
