package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.update.promise.RankGate.LayerChange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a gate's file as the page about processes lists them for other languages. */
class GateLayoutTest {
  private static final long OPEN = 2;
  private static final long PROMISED = 3;
  private static final long COMMITTED = 4;

  /** 2 layers × 6 slots × (experts and order) × 4 bytes, behind 4 words, in whole lines. */
  private static final int CHANGE = 4096 + 128;

  @TempDir Path folder;

  private Path file;
  private GateRig rig;

  @BeforeEach
  void open() {
    file = folder.resolve("gate");
    rig = new GateRig(GateMemory.createOrOpen(file, GateShape.of(GateRig.FIRST, 0)), 7);
  }

  private ByteBuffer bytes() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
  }

  private static long gate(long fence, long phase) {
    return fence << 20 | 1 << 4 | phase;
  }

  @Test
  void theFirstWordsSayWhatTheFileIs() throws IOException {
    ByteBuffer bytes = bytes();
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertEquals("EPLBGATE", new String(magic, StandardCharsets.US_ASCII));
    long[] words = new long[7];
    bytes.asLongBuffer().get(words);
    assertArrayEquals(new long[] {1, Files.size(file), 2, 4, 2, 3, 0}, words);
    assertEquals(rig.engine.incarnation(), bytes.getLong(896));
  }

  @Test
  void stepsAndPhasesAreWords() throws IOException {
    assertEquals(gate((1L << 44) - 1, OPEN), bytes().getLong(512));
    rig.engine.tryBegin(7);
    rig.engine.tryBegin(8);
    rig.engine.end(7);
    assertEquals(1L << 8, bytes().getLong(640), "step 8 is in flight");
    assertEquals(8, bytes().getLong(648), "step 8 has started");
    rig.agent.promise(GateRig.change(1), 9);
    assertEquals(gate(9, PROMISED), bytes().getLong(512));
    rig.engine.tryBegin(9);
    assertEquals(9, bytes().getLong(768), "step 9 waits");
    rig.agent.commit();
    assertEquals(gate(9, COMMITTED), bytes().getLong(512));
  }

  @Test
  void theTableIsLayersOfSlots() throws IOException {
    ByteBuffer bytes = bytes();
    assertEquals(0, bytes.getLong(4096) % 2, "not being written");
    assertEquals(0, bytes.getLong(4104), "version");
    assertEquals(0, bytes.getLong(4112), "no replica order");
    int[] row = new int[6];
    bytes.position(4128 + 6 * 4).asIntBuffer().get(row);
    assertArrayEquals(new int[] {0, 1, 2, 3, 0, 1}, row);
  }

  @Test
  void aChangeIsSumLengthWordsAndLayers() throws IOException {
    rig.agent.promise(GateRig.change(1), 9);
    ByteBuffer bytes = bytes();
    int length = (int) bytes.getLong(CHANGE + 8);
    CRC32C sum = new CRC32C();
    sum.update(bytes.slice(CHANGE + 16, length));
    assertEquals(sum.getValue(), bytes.getLong(CHANGE));
    long[] words = new long[5];
    bytes.position(CHANGE + 16).asLongBuffer().get(words);
    assertArrayEquals(new long[] {3, 1, 1, 9, 2}, words, "epoch, number, version, fence, layers");
    assertEquals(5 * 8 + 2 * (3 + 6) * 4 + 2 * 2 * 4, length);
    LayerChange second = GateRig.change(1).layers().get(1);
    int[] layer = new int[3 + 6 + 4];
    bytes.position(CHANGE + 16 + 5 * 8 + (3 + 6) * 4).asIntBuffer().get(layer);
    int[] row = second.row().experts();
    assertArrayEquals(
        new int[] {1, 0, 2, row[0], row[1], row[2], row[3], row[4], row[5], 2, 0, 0, 1}, layer);
  }

  @Test
  void aReasonIsALengthAndText() throws IOException {
    rig.agent.fail("behind version 9");
    ByteBuffer bytes = bytes();
    assertEquals(gate(0, 6), bytes.getLong(512));
    byte[] text = new byte[bytes.getInt(1536)];
    bytes.position(1540).get(text);
    assertEquals("behind version 9", new String(text, StandardCharsets.UTF_8));
    rig = new GateRig(GateMemory.open(file, GateShape.of(GateRig.FIRST, 0)), 7);
    rig.engine.fail("a longer reason: " + "é".repeat(600));
    assertEquals(507, bytes().getInt(1024), "cut before a character that does not fit");
  }
}
