package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.format.load.NumpyBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeepseekFormatTest {
  private static final String MAP =
      """
      {"physicalToLogical": [
      [0, 1, 2, 0],
      [2, 1, 1, 1]
      ], "logicalToPhysical": [
      [[0, 3, -1], [1, -1, -1], [2, -1, -1]],
      [[-1, -1, -1], [1, 2, 3], [0, -1, -1]]
      ], "logicalCount": [
      [2, 1, 1],
      [0, 3, 1]
      ]}
      """;

  private static final String VALID =
      MAP.replace("[2, 1, 1, 1]", "[2, 1, 1, 0]")
          .replace("[-1, -1, -1], [1, 2, 3]", "[3, -1], [1, 2]")
          .replace(", -1, -1]", ", -1]")
          .replace("[0, 3, -1]", "[0, 3]")
          .replace("[0, 3, 1]", "[1, 2, 1]");

  private final PlacementFormat format = PlacementFormats.named("deepseek");

  @TempDir private Path folder;

  @Test
  void theThreeArraysAreReadAndWritten() throws IOException {
    StoredPlacement stored = format.read(file(VALID), PlacementExpectation.NONE);
    assertEquals(
        ExpertTable.of(0, 3, Placement.of(2, 1, 4, new int[] {0, 1, 2, 0, 2, 1, 1, 0})),
        stored.table());
    assertFalse(stored.ranksKnown());
    assertFalse(stored.table().placement().hasReplicaOrder());
    assertEquals(VALID, Written.text(format, stored.table()));
  }

  @Test
  void theFirstArrayIsEnough() throws IOException {
    StoredPlacement stored =
        format.read(file("{\"physicalToLogical\": [[1, 0]]}"), PlacementExpectation.NONE);
    assertEquals(2, stored.table().experts());
  }

  @Test
  void theNamesOfDeepseeksCodeAreReadToo() throws IOException {
    String python =
        VALID
            .replace("physicalToLogical", "phy2log")
            .replace("logicalToPhysical", "log2phy")
            .replace("logicalCount", "logcnt");
    Path file = Files.writeString(folder.resolve("plan.json"), python);
    StoredPlacement stored = PlacementFormats.read(InputSource.of(file), PlacementExpectation.NONE);
    assertEquals(VALID, Written.text(format, stored.table()));
  }

  @Test
  void aMapAloneIsReadFromNumpyAndFromAJsonArray() throws IOException {
    ExpertTable expected = ExpertTable.of(0, 3, Placement.of(1, 1, 4, new int[] {0, 1, 2, 0}));
    byte[] map = NumpyBytes.array("<i8", "(1, 4)", NumpyBytes.longs(0, 1, 2, 0));
    for (Path file :
        List.of(
            Files.write(folder.resolve("phy2log.npy"), map),
            Files.write(folder.resolve("plan.npz"), archive("phy2log.npy", map)),
            Files.writeString(folder.resolve("map.json"), "[[0, 1, 2, 0]]"))) {
      StoredPlacement stored =
          PlacementFormats.read(InputSource.of(file), PlacementExpectation.NONE);
      assertEquals("deepseek", stored.format());
      assertEquals(expected, stored.table());
    }
  }

  @Test
  void anIdThatIsNoneIsNamedInNumpyArraysToo() throws IOException {
    byte[] map = NumpyBytes.array("<i8", "(1, 2)", NumpyBytes.longs(0, -2));
    Refusal.of(
        folder.resolve("phy2log.npy"),
        map,
        source -> PlacementFormats.read(source, PlacementExpectation.NONE),
        "phy2log, element 1 is -2; expected an expert id, a whole number from 0 to 65535, or −1 for a"
            + " slot that its rank cannot use");
  }

  @Test
  void arraysOfAnArchiveThatDisagreeAreRefused() throws IOException {
    byte[] map = NumpyBytes.array("<i8", "(1, 2)", NumpyBytes.longs(0, 1));
    byte[] counts = NumpyBytes.array("<i8", "(1, 2)", NumpyBytes.longs(2, 1));
    Refusal.of(
        folder.resolve("plan.npz"),
        archive("phy2log.npy", map, "logcnt.npy", counts),
        source -> PlacementFormats.read(source, PlacementExpectation.NONE),
        "/logicalCount/0/0 is 2; physicalToLogical places that expert 1 time");
  }

  private static byte[] archive(Object... namesAndArrays) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int at = 0; at < namesAndArrays.length; at += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndArrays[at]));
        zip.write((byte[]) namesAndArrays[at + 1]);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void theOrderOfReplicasIsKept() throws IOException {
    String reordered = VALID.replace("[0, 3]", "[3, 0]");
    StoredPlacement stored = format.read(file(reordered), PlacementExpectation.NONE);
    assertEquals(3, stored.table().physicalSlot(0, 0, 0));
    assertEquals(0, stored.table().physicalSlot(0, 0, 1));
    assertEquals(reordered, Written.text(format, stored.table()));
  }

  @Test
  void aRecordedCaseOfTheReferenceIsReadAndWrittenBackWithTheSameArrays() throws IOException {
    String recorded = resource("deepseek-readme-hierarchical.json");
    StoredPlacement stored = format.read(file(recorded), PlacementExpectation.NONE);
    assertEquals(12, stored.table().experts());
    assertTrue(stored.table().placement().hasReplicaOrder());
    String written = Written.text(format, stored.table()).replaceAll("\\s", "");
    String arrays = recorded.replaceAll("\\s", "");
    arrays = "{" + arrays.substring(arrays.indexOf("\"physicalToLogical\""));
    assertEquals(arrays, written);
  }

  @Test
  void aMissingFirstArrayIsNamed() throws IOException {
    refuse("{\"logicalCount\": [[1]]}", "the top level has no key physicalToLogical");
  }

  @Test
  void aKeyGivenTwiceIsNamed() throws IOException {
    refuse(
        "{\"physicalToLogical\": [[0]], \"physicalToLogical\": [[0]]}",
        "the top level has the key physicalToLogical twice; expected it once");
  }

  @Test
  void i3AnExpertWithoutASlotIsNamed() throws IOException {
    refuse(
        MAP.replace("[0, 3, 1]\n", "[1, 3, 1]\n"),
        "I3: layer 1 has no slot for expert 0; every expert needs at least one slot in every layer");
  }

  @Test
  void aReplicaCountOfNothingIsNamed() throws IOException {
    refuse(
        MAP, "/logicalCount/1/0 is 0; expected a replica count, a whole number from 1 to 16777216");
  }

  @Test
  void aCountThatDisagreesIsNamed() throws IOException {
    refuse(
        VALID.replace("[2, 1, 1]", "[2, 1, 2]"),
        "/logicalCount/0/2 is 2; physicalToLogical places that expert 1 time");
  }

  @Test
  void aSlotOfAnotherExpertIsNamed() throws IOException {
    refuse(
        VALID.replace("[0, 3]", "[0, 2]"),
        "/logicalToPhysical/0/0/1 is slot 2, in which physicalToLogical has expert 2");
  }

  @Test
  void aSlotThatDoesNotExistIsNamed() throws IOException {
    refuse(
        VALID.replace("[0, 3]", "[0, 4]"),
        "/logicalToPhysical/0/0/1 is slot 4, in which physicalToLogical has nothing");
  }

  @Test
  void anUnusableSlotIsInNoList() throws IOException {
    String map =
        """
        {"physicalToLogical": [
        [0, 1, 1, -1]
        ], "logicalToPhysical": [
        [[0, -1], [1, 2]]
        ], "logicalCount": [
        [1, 2]
        ]}
        """;
    StoredPlacement stored = format.read(file(map), PlacementExpectation.NONE);
    assertEquals(map, Written.text(format, stored.table()));
    refuse(
        map.replace("[0, -1]", "[0, 3]"),
        "/logicalToPhysical/0/0/1 is slot 3, in which physicalToLogical has −1");
  }

  @Test
  void aSlotListedTwiceIsNamed() throws IOException {
    refuse(
        VALID.replace("[0, 3]", "[3, 3]"),
        "/logicalToPhysical/0/0/1 is slot 3 again; expected each slot once");
  }

  @Test
  void aSlotThatIsNotListedIsNamed() throws IOException {
    refuse(
        VALID.replace("[0, 3]", "[0, -1]"),
        "/logicalToPhysical/0/0 lists 1 slot; physicalToLogical places that expert 2 times");
  }

  @Test
  void paddingInFrontIsNamed() throws IOException {
    refuse(
        VALID.replace("[2, -1]", "[-1, 2]"),
        "/logicalToPhysical/0/2/1 follows −1; expected the padding at the end");
  }

  @Test
  void arraysOfOtherShapesAreNamed() throws IOException {
    refuse(
        "{\"physicalToLogical\": [[0, 1]], \"logicalCount\": [[1, 1], [1, 1]]}",
        "/logicalCount is 2 × 2; physicalToLogical needs 1 layer × 2 experts");
    refuse(
        "{\"physicalToLogical\": [[0, 1]], \"logicalToPhysical\": [[[0], [1]], [[0], [1]]]}",
        "/logicalToPhysical is 2 × 2 × 1; physicalToLogical needs 1 layer × 2 experts");
    refuse(
        "{\"physicalToLogical\": [[0, 1]], \"logicalCount\": [[1]]}",
        "layer 0, rank 0, slot 1 holds expert 1; experts are 0 to 0, and −1 stands for a slot that"
            + " its rank cannot use");
  }

  private String resource(String name) throws IOException {
    try (var input = DeepseekFormatTest.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(input, name).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private InputSource file(String content) throws IOException {
    return Refusal.file(Files.writeString(folder.resolve("map.json"), content));
  }

  private void refuse(String map, String expected) throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        map,
        source -> format.read(source, PlacementExpectation.NONE),
        expected);
  }
}
