package io.eplb.server.round;

import io.eplb.api.InvalidInputException;
import io.eplb.server.planning.AnswerCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** A decision as bytes, deflated: every field in the order of its record. */
final class DecisionFormat {
  /** In some 30,000 years; milliseconds, in which passed rounds are kept, reach further. */
  private static final long LATEST_SECOND = 1L << 40;

  private DecisionFormat() {}

  static byte[] write(Decision decision) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      out.writeLong(decision.round());
      out.writeInt(decision.world());
      Instant time = decision.time();
      out.writeLong(time.getEpochSecond());
      out.writeInt(time.getNano());
      AnswerCodec.write(out, decision.answer());
    } catch (IOException impossible) {
      throw new IllegalStateException("an array in memory cannot be written", impossible);
    }
    return bytes.toByteArray();
  }

  private static Instant readTime(DataInputStream in) throws IOException {
    long second = in.readLong();
    int nano = in.readInt();
    if (second < 0 || second > LATEST_SECOND) {
      throw new IOException("not a decision: its time is beyond all times");
    }
    return Instant.ofEpochSecond(second, nano);
  }

  /**
   * Reads a decision.
   *
   * @throws IOException if the bytes are none
   */
  static Decision read(byte[] bytes) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      Decision decision =
          new Decision(in.readLong(), in.readInt(), readTime(in), AnswerCodec.read(in));
      if (in.read() >= 0) { // Checks the end of what was deflated, too.
        throw new IOException("not a decision: it goes on after its end");
      }
      return decision;
    } catch (InvalidInputException | IllegalArgumentException malformed) {
      throw new IOException("not a decision: " + malformed.getMessage(), malformed);
    }
  }
}
