package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SglangFormatTest {
  private static final String MAP =
      """
      {"physical_to_logical_map": [
      [0, 1, 2, 0],
      [2, 1, 1, 0]
      ]}
      """;

  private static final PlacementExpectation TWO_RANKS =
      new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(2));

  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 2, 1, 1, 0}));

  private final PlacementFormat format = PlacementFormats.named("sglang");

  @TempDir private Path folder;

  @Test
  void aMapIsReadForTheRanksThatAreGiven() throws IOException {
    StoredPlacement stored = format.read(file(MAP), TWO_RANKS);
    assertEquals(TABLE, stored.table());
    assertTrue(stored.ranksKnown());
  }

  @Test
  void withoutRanksAllSlotsAreOneRanks() throws IOException {
    InputSource source = file(MAP);
    StoredPlacement stored = format.read(source, PlacementExpectation.NONE);
    assertEquals(1, stored.table().ranks());
    assertEquals(4, stored.table().slotsPerRank());
    assertFalse(stored.ranksKnown());
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> stored.requireRanks(source));
    assertEquals(
        source.name()
            + ": is in the format sglang, which does not say how many ranks share its 4 slots; give"
            + " --ranks",
        exception.getMessage());
  }

  @Test
  void aMapIsWrittenUnderItsOneKey() {
    assertEquals(MAP, Written.text(format, TABLE));
  }

  @Test
  void furtherKeysAreRefusedSinceTheyBreakTheLoader() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, 1]], \"logical_count\": [[1, 2]]}",
        "the top level has the key \"logical_count\"; SGLang loads a file with"
            + " physical_to_logical_map alone");
  }

  @Test
  void theKeyMustBeThereOnce() throws IOException {
    refuse("{}", "the top level has no key physical_to_logical_map");
    refuse(
        "{\"physical_to_logical_map\": [[0]], \"physical_to_logical_map\": [[0]]}",
        "the top level has the key physical_to_logical_map twice; expected it once");
    refuse(
        "[[0]]",
        "the top level is an array; expected an object with the key physical_to_logical_map alone");
  }

  @Test
  void rowsOfDifferentLengthsAreNamed() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, 1], [0]]}",
        "/physical_to_logical_map/1 has 1 element where the arrays before it have 2; all must be"
            + " equally long");
  }

  @Test
  void anExpertOutOfRangeIsNamed() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, -2]]}",
        "/physical_to_logical_map/0/1 is -2; expected an expert id, a whole number from 0 to 65535,"
            + " or −1 for a slot that its rank cannot use");
    refuse(
        "{\"physical_to_logical_map\": [[0, 1.5]]}",
        "/physical_to_logical_map/0/1 is 1.5; expected an expert id, a whole number from 0 to"
            + " 65535, or −1 for a slot that its rank cannot use");
  }

  @Test
  void i3AMissingExpertIsNamed() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, 1, 2], [0, 0, 2]]}",
        "I3: layer 1 has no slot for expert 1; every expert needs at least one slot in every layer");
  }

  @Test
  void i3ExpertsBeyondThePlacedOnesAreMissing() throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        MAP,
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.of(5), OptionalInt.empty())),
        "I3: layer 0 has no slot for expert 3 and 1 more; every expert needs at least one slot in"
            + " every layer");
  }

  @Test
  void i3AnIdThatMakesExpertsOfOneLayerOnlyIsPointedOut() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, 1, 2], [0, 1, 2], [0, 12, 2]]}",
        "I3: layer 0 has no slot for expert 3 and 9 more; every expert needs at least one slot in"
            + " every layer; the greatest id, 12, is in layer 2 alone, slot 1 (--experts says how"
            + " many experts there are)");
  }

  @Test
  void moreSlotsThanOneRankCanHoldAskForTheRanks() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[" + "0,".repeat(65_536) + "0]]}",
        "has 65537 slots per layer, more than one rank can hold; give --ranks");
  }

  @Test
  void ranksThatDoNotDivideTheSlotsAreRefused() throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        MAP,
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(3))),
        "has 4 slots per layer, which 3 ranks do not divide; every rank holds equally many");
  }

  @Test
  void anUnusableSlotBeforeAnExpertOfItsRankIsNamed() throws IOException {
    String map = "{\"physical_to_logical_map\": [[0, 1, -1, 2], [1, 2, -1, 0]]}";
    Refusal.of(
        folder.resolve("map.json"),
        map,
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(2))),
        "layer 0, rank 1, slot 1 holds expert 2 behind a slot that is −1; the slots that a rank"
            + " cannot use are its last ones");
    assertEquals(
        List.of(0, 1, -1, 2),
        slots(format.read(file(map), PlacementExpectation.NONE).table()),
        "slots whose ranks nobody knows may be unusable anywhere");
  }

  @Test
  void aSlotThatIsUnusableInSomeLayersOnlyIsNamed() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[0, 1, 0, -1], [1, 0, 1, 0]]}",
        "layer 1, slot 3 holds expert 0, and in layer 0 it is −1; a slot that its rank cannot use"
            + " is −1 in every layer");
    Refusal.of(
        folder.resolve("map.json"),
        "{\"physical_to_logical_map\": [[0, 1, 0, 1], [1, 0, 1, -1]]}",
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(2))),
        "layer 1, rank 1, slot 1 is −1, and in layer 0 it holds expert 1; a slot that its rank"
            + " cannot use is −1 in every layer");
  }

  @Test
  void aMapWithoutAnyUsableSlotIsRefused() throws IOException {
    refuse(
        "{\"physical_to_logical_map\": [[-1, -1]]}",
        "I3: layer 0 has no slot for expert 0; every expert needs at least one slot in every layer");
  }

  private static List<Integer> slots(ExpertTable table) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(0, row, 0);
    return Arrays.stream(row).boxed().toList();
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

  @ParameterizedTest
  @ValueSource(strings = {"location.pt", "location-legacy.pt"})
  void aMapWrittenByTorchIsRead(String name) throws IOException {
    StoredPlacement stored = PlacementFormats.read(torch(name), TWO_RANKS);
    assertEquals(TABLE, stored.table());
    assertEquals("sglang", stored.format());
    assertEquals(TABLE, format.read(torch(name), TWO_RANKS).table());
  }

  @Test
  void theLastMapOfARecordingIsRead() throws IOException {
    int[] map = {0, 1, 2, 3, 0, 1, 3, 2, 1, 0, 3, 3};
    ExpertTable expected = ExpertTable.of(0, 4, Placement.of(2, 1, 6, map));
    for (String name : List.of("per_pass_0.pt", "per_token_1.pt")) {
      assertEquals(expected, PlacementFormats.read(torch(name), PlacementExpectation.NONE).table());
    }
  }

  @Test
  void aRecordingWithoutAMapIsRefusedWithWhatToDo() throws IOException {
    assertTorchRefused(
        "stat.pt",
        PlacementExpectation.NONE,
        "is a recording of SGLang's in mode stat, which holds no map; --load takes it, and without"
            + " --current a plan starts from the engine's initial layout");
  }

  @Test
  void aFolderOfRecordingsIsRefusedWithWhatToName() {
    InputSource source = InputSource.of(folder);
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> PlacementFormats.read(source, PlacementExpectation.NONE));
    assertEquals(
        folder
            + ": is a folder; expected a file with a map, such as one .pt file of SGLang's"
            + " recording",
        refused.getMessage());
  }

  @Test
  void anIdOutOfRangeIsNamedByItsPlaceInTheTensor() throws IOException {
    assertTorchRefused(
        "location.pt",
        new PlacementExpectation(OptionalInt.of(2), OptionalInt.of(2)),
        "/physical_to_logical_map/0/2 is 2; expected an expert id, a whole number from 0 to 1, or"
            + " −1 for a slot that its rank cannot use");
  }

  private void assertTorchRefused(String name, PlacementExpectation expectation, String expected)
      throws IOException {
    InputSource source = torch(name);
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> PlacementFormats.read(source, expectation));
    assertEquals(source.name() + ": " + expected, refused.getMessage());
  }

  private InputSource torch(String name) throws IOException {
    try (InputStream input =
        Objects.requireNonNull(
            SglangFormatTest.class.getResourceAsStream("/io/eplb/core/format/torch/" + name))) {
      return InputSource.of(Files.write(folder.resolve(name), input.readAllBytes()));
    }
  }
}
