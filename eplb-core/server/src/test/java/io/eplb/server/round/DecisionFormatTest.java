package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.AllocatedBytes;
import io.eplb.server.message.AnswerFormat;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.planning.PlanAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DecisionFormatTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 123_456_789);

  @Property(tries = 300)
  void aDecisionIsReadAsItWasWritten(
      @ForAll @IntRange(min = 1, max = 4) int layers,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(min = 0, max = 3) int redundant,
      @ForAll boolean ordered,
      @ForAll boolean withTable,
      @ForAll Optional<String> reason,
      @ForAll @Size(max = 5) List<Integer> ranks,
      @ForAll double par,
      @ForAll long seed)
      throws IOException {
    PlanAnswer answer =
        new PlanAnswer(
            withTable
                ? Optional.of(table(layers, experts, redundant, ordered, new Random(seed)))
                : Optional.empty(),
            withTable,
            ranks,
            seed,
            par,
            Double.NaN,
            List.of(new RejectedLayer(3, "P4", reason.orElse("twice"))),
            reason,
            !withTable,
            ranks,
            List.of(1),
            "00ff");
    requireSame(new Decision(Math.abs(seed >> 11), 7, TIME, answer));
  }

  @Example
  void expertsBeyondTwoBytesAndEmptySlotsAreKept() throws IOException {
    for (int experts : new int[] {65_535, 65_536}) {
      int[] row = new int[65_538];
      Arrays.setAll(row, slot -> slot < experts ? slot : Placement.EMPTY);
      ExpertTable table = ExpertTable.of(5, experts, Placement.of(1, 2, row.length / 2, row));
      requireSame(new Decision(0, 1, TIME, withTable(table)));
    }
  }

  @Example
  void aLargeDecisionTakesLessThanTwoBytesForASlot() {
    ExpertTable table = ExpertTable.initial(58, EpTopology.of(256, 32, 4, 8, 9));
    assertTrue(DecisionFormat.write(new Decision(0, 32, TIME, withTable(table))).length < 58 * 576);
  }

  @Example
  void bytesThatAreNoDecisionAreRefused() {
    byte[] written = DecisionFormat.write(new Decision(0, 1, TIME, Asks.plan(Asks.ask(1), true)));
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThrows(IOException.class, () -> DecisionFormat.read(cut), "cut at " + length);
    }
  }

  @Example
  void aTableOfMoreSlotsThanThereAreBytesTakesNoMemory() throws Exception {
    byte[] claims =
        deflated(
            ByteBuffer.allocate(100)
                .putLong(1)
                .putInt(1)
                .putLong(0)
                .putInt(0)
                .put((byte) 1)
                .putLong(1)
                .putInt(256)
                .putInt(65_536)
                .putInt(4_096)
                .putInt(7)
                .array());
    long before = AllocatedBytes.ofThisThread();
    assertThrows(IOException.class, () -> DecisionFormat.read(claims));
    assertTrue(AllocatedBytes.ofThisThread() - before < 1 << 20);
  }

  @Example
  void aTimeThatMillisecondsDoNotReachIsNoDecision() throws IOException {
    for (long second : new long[] {Long.MAX_VALUE, Instant.MAX.getEpochSecond()}) {
      byte[] decision =
          deflated(ByteBuffer.allocate(100).putLong(1).putInt(1).putLong(second).putInt(0).array());
      assertThrows(IOException.class, () -> DecisionFormat.read(decision));
    }
  }

  private static byte[] deflated(byte[] decision) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream output = new DeflaterOutputStream(bytes)) {
      output.write(decision);
    }
    return bytes.toByteArray();
  }

  private static PlanAnswer withTable(ExpertTable table) {
    PlanAnswer plan = Asks.plan(Asks.ask(1), true);
    return new PlanAnswer(
        Optional.of(table),
        true,
        plan.layerPriority(),
        plan.moved(),
        plan.parBefore(),
        plan.parAfter(),
        plan.rejected(),
        plan.reason(),
        true,
        List.of(),
        List.of(),
        plan.inputs());
  }

  private static void requireSame(Decision decision) throws IOException {
    Decision read = DecisionFormat.read(DecisionFormat.write(decision));
    assertEquals(decision, read);
    for (AnswerFormat format : AnswerFormat.values()) {
      assertArrayEquals(format.write(decision.answer()), format.write(read.answer()));
    }
  }

  private static ExpertTable table(
      int layers, int experts, int redundant, boolean ordered, Random random) {
    int slots = experts + redundant;
    Placement.Builder placement = Placement.builder(layers, 1, slots);
    int[] row = new int[slots];
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        row[slot] = slot < experts ? slot : random.nextInt(experts + 1) - 1;
      }
      placement.setLayer(layer, row, 0);
      if (ordered) {
        Arrays.setAll(row, slot -> random.nextInt());
        placement.setReplicaOrder(layer, row, 0);
      }
    }
    return ExpertTable.of(random.nextInt(Integer.MAX_VALUE), experts, placement.build());
  }
}
