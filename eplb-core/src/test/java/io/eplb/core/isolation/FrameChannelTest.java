package io.eplb.core.isolation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FrameChannelTest {
  private static byte[] written(Frame... frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameChannel channel = new FrameChannel(InputStream.nullInputStream(), out);
    for (Frame frame : frames) {
      channel.write(frame);
    }
    return out.toByteArray();
  }

  private static FrameChannel reading(byte[] bytes) {
    return new FrameChannel(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream());
  }

  private static Frame sample(int[] ints, double[] doubles, String text) {
    return Frame.of(Frame.Kind.PLAN)
        .put(ints)
        .put(true)
        .put(doubles)
        .put(text)
        .put(7L)
        .put(0.5)
        .put(3);
  }

  @Property(tries = 100)
  void aFrameArrivesAsItWasWritten(
      @ForAll int[] ints, @ForAll double[] doubles, @ForAll String text) throws IOException {
    Frame next = Frame.of(Frame.Kind.DONE);
    FrameChannel channel = reading(written(sample(ints, doubles, text), next));
    Frame read = channel.read(Frame.MAX_LENGTH);
    assertEquals(Frame.Kind.PLAN, read.kind());
    assertArrayEquals(ints, read.getInts());
    assertEquals(true, read.getBoolean());
    assertArrayEquals(doubles, read.getDoubles());
    assertEquals(new String(text.getBytes(UTF_8), UTF_8), read.getString());
    assertEquals(7L, read.getLong());
    assertEquals(0.5, read.getDouble());
    assertEquals(3, read.getInt());
    read.end();
    assertEquals(Frame.Kind.DONE, channel.read(Frame.MAX_LENGTH).kind());
    assertThrows(EOFException.class, () -> channel.read(Frame.MAX_LENGTH));
  }

  @Property(tries = 500)
  void aByteThatIsWrittenBetweenIsSeen(@ForAll @IntRange(max = 83) int at, @ForAll byte octet)
      throws IOException {
    byte[] good = written(sample(new int[] {1, 2}, new double[] {3}, "four"));
    int place = at % good.length;
    byte[] bad = new byte[good.length + 1];
    System.arraycopy(good, 0, bad, 0, place);
    bad[place] = octet;
    System.arraycopy(good, place, bad, place + 1, good.length - place);
    if (!Arrays.equals(Arrays.copyOf(bad, good.length), good)) {
      assertThrows(MalformedFrameException.class, () -> reading(bad).read(1 << 20));
    }
  }

  @Property(tries = 200)
  void aStreamThatEndsTooEarlyIsSeen(@ForAll @IntRange(min = 1, max = 60) int length)
      throws IOException {
    byte[] good = written(sample(new int[] {1, 2}, new double[] {3}, "four"));
    byte[] cut = Arrays.copyOf(good, Math.min(length, good.length - 1));
    assertThrows(MalformedFrameException.class, () -> reading(cut).read(Frame.MAX_LENGTH));
  }

  @Property(tries = 20)
  void aFrameThatIsTooLongIsRefusedBeforeItIsRead(@ForAll @IntRange(max = 60) int most)
      throws IOException {
    byte[] good = written(sample(new int[20], new double[0], ""));
    assertThrows(MalformedFrameException.class, () -> reading(good).read(most));
  }

  @Property(tries = 200)
  void aListThatIsLongerThanItsFrameIsRefused(@ForAll int length) throws IOException {
    if (length != 0) {
      Frame forged = Frame.of(Frame.Kind.PLAN).put(length).flipped();
      assertThrows(MalformedFrameException.class, forged::getInts);
    }
  }
}
