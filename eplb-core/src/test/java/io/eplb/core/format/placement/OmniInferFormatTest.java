package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OmniInferFormatTest {
  /** Two layers, two ranks with two slots, every rank's experts in ascending order. */
  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 0, 2, 1, 2, 0, 1}));

  private final PlacementFormat format = PlacementFormats.named("omni-infer");

  @TempDir private Path folder;

  @Test
  void thePatternIsDeviceByLayerByExpert() {
    byte[] file = Written.bytes(format, TABLE);
    assertEquals(128 + 12 * Integer.BYTES, file.length);
    int[] pattern = new int[12];
    ByteBuffer.wrap(file, 128, 48).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(pattern);
    assertArrayEquals(new int[] {1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0}, pattern);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = Files.write(folder.resolve("map.npy"), Written.bytes(format, TABLE));
    StoredPlacement stored = format.read(Refusal.file(file), PlacementExpectation.NONE);
    assertEquals(TABLE, stored.table());
  }

  @Test
  void anotherSlotOrderIsRefused() {
    ExpertTable table = ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 2, 0}));
    assertEquals(
        "layer 0, rank 1, slot 1 holds expert 0 after expert 2; omni-infer cannot hold a slot order"
            + " other than ascending expert ids: sort the slots of each rank (convert"
            + " --sort-slots)",
        Written.refusal(format, table));
  }

  @Test
  void aPlanIsArrangedInTheOrderOfTheFormat() throws IOException {
    ExpertTable plan =
        ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {1, 0, 0, 2, 2, 1, 1, 0}));
    assertEquals(TABLE, format.arranged(plan));
    PlacementFormat sglang = PlacementFormats.named("sglang");
    assertEquals(plan, sglang.arranged(plan));
  }

  @Test
  void aDuplicateOnARankIsRefused() {
    ExpertTable table = ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 2, 2}));
    assertEquals(
        "layer 0, rank 1 holds expert 2 twice; omni-infer holds an expert once per rank"
            + ": take fewer redundant experts, another policy, or a format that lists slots, such as sglang",
        Written.refusal(format, table));
  }

  @Test
  void valuesOtherThanZeroAndOneAreNamed() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    file[128 + 5 * Integer.BYTES] = 2;
    refuse(file, "device 0, layer 1, expert 2 is 2.0; a map of Omni-Infer is all 0 and 1");
  }

  @Test
  void devicesThatHoldDifferentNumbersAreNamed() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    file[128 + 7 * Integer.BYTES] = 1;
    refuse(
        file, "device 1, layer 0 holds 3 experts; expected 2, as many as every other that lives");
  }

  @Test
  void aPatternWithoutExpertsIsRefused() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    Arrays.fill(file, 128, file.length, (byte) 0);
    refuse(file, "has no expert on any device; expected at least one per layer");
  }

  @Test
  void aDeadRankIsADeviceWithoutExperts() throws IOException {
    ExpertTable dead =
        ExpertTable.of(
            0, 3, Placement.of(2, 3, 2, new int[] {-1, -1, 0, 1, 0, 2, -1, -1, 1, 2, 0, 1}));
    byte[] file = Written.bytes(format, dead);
    assertEquals(128 + 18 * Integer.BYTES, file.length);
    Path path = Files.write(folder.resolve("map.npy"), file);
    assertEquals(dead, format.read(Refusal.file(path), PlacementExpectation.NONE).table());
  }

  @Test
  void aDeviceThatIsDeadInSomeLayersOnlyIsNamed() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    Arrays.fill(file, 128, 128 + 3 * Integer.BYTES, (byte) 0);
    refuse(
        file,
        "device 0, layer 1 holds 2 experts; expected none, since the device is dead in layer 0");
    file = Written.bytes(format, TABLE);
    Arrays.fill(file, 128 + 3 * Integer.BYTES, 128 + 6 * Integer.BYTES, (byte) 0);
    refuse(
        file, "device 0, layer 1 holds 0 experts; expected 2, as many as every other that lives");
  }

  @Test
  void aRankThatCanUseSomeOfItsSlotsIsRefused() {
    ExpertTable table = ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 2, -1}));
    assertEquals(
        "layer 0, rank 1, slot 1 is −1, unlike slot 0 in layer 0; omni-infer can hold a rank with"
            + " all of its slots or none: take a format that lists slots, such as sglang",
        Written.refusal(format, table));
  }

  @Test
  void unusableSlotsStayLastInTheOrderOfTheFormat() {
    ExpertTable plan = ExpertTable.of(0, 2, Placement.of(1, 2, 3, new int[] {1, 0, -1, 1, -1, -1}));
    assertEquals(
        ExpertTable.of(0, 2, Placement.of(1, 2, 3, new int[] {0, 1, -1, 1, -1, -1})),
        format.arranged(plan));
  }

  @Test
  void i3AMissingExpertIsNamed() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    file[128 + 8 * Integer.BYTES] = 0;
    file[128 + 7 * Integer.BYTES] = 1;
    refuse(
        file,
        "I3: layer 0 has no slot for expert 2; every expert needs at least one slot in every layer");
  }

  @Test
  void otherExpertsThanExpectedAreNamed() throws IOException {
    Refusal.of(
        folder.resolve("map.npy"),
        Written.bytes(format, TABLE),
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.of(4), OptionalInt.empty())),
        "has 3 experts; expected 4");
  }

  @Test
  void aTruncatedPatternIsNamed() throws IOException {
    byte[] file = Written.bytes(format, TABLE);
    refuse(
        Arrays.copyOf(file, file.length - 4),
        "claims the shape (2, 2, 3), 48 bytes, but has 44 bytes of data: it is truncated, or its"
            + " header is wrong");
  }

  private void refuse(byte[] file, String expected) throws IOException {
    Refusal.of(
        folder.resolve("map.npy"),
        file,
        source -> format.read(source, PlacementExpectation.NONE),
        expected);
  }
}
