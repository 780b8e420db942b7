package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.format.document.TokenInput;
import io.eplb.core.load.LayerIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrtllmFormatTest {
  private static final String MAP =
      """
      num_slots: 4
      initial_global_assignments:
        3: [0, 1, 2, 0]
        4: [2, 1, 1, 0]
      layer_updates_per_iter: 0
      """;

  private static final PlacementExpectation TWO_RANKS =
      new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(2));

  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 2, 1, 1, 0}));

  private final PlacementFormat format = PlacementFormats.named("trtllm");

  @TempDir private Path folder;

  @Test
  void layersAreReadFromTheFirstOneThatIsThere() throws IOException {
    StoredPlacement stored = read(format, MAP);
    assertEquals(TABLE, stored.table());
    assertEquals(LayerIds.from(3, 2), stored.layerIds());
  }

  @Test
  void layersAreWrittenFromTheFirstMoeLayer() {
    assertEquals(MAP, Written.text(PlacementFormats.named("trtllm", OptionalInt.of(3)), TABLE));
    assertEquals(MAP.replace(" 3:", " 0:").replace(" 4:", " 1:"), Written.text(format, TABLE));
  }

  @Test
  void layersMayComeInAnyOrderAndInBlockStyle() throws IOException {
    String map =
        """
        # as written by hand
        layer_updates_per_iter: 2
        initial_global_assignments:
          1:
          - 2
          - 1
          - 1
          - 0
          0: [0, 1, 2, 0]
        num_slots: 4
        """;
    assertEquals(TABLE, read(format, map).table());
    assertEquals(
        TABLE,
        read(
                format,
                "{\"num_slots\": 4, \"initial_global_assignments\": {\"0\": [0, 1, 2, 0], \"1\":"
                    + " [2, 1, 1, 0]}}")
            .table());
  }

  @Test
  void anotherFirstMoeLayerThanExpectedIsNamed() throws IOException {
    PlacementFormat shifted = PlacementFormats.named("trtllm", OptionalInt.of(1));
    Refusal.of(
        folder.resolve("map.yaml"),
        MAP,
        source -> shifted.read(source, TWO_RANKS),
        "/initial_global_assignments has 2 layers from 3 to 4; expected every layer from 1 on, the"
            + " first MoE layer");
  }

  @Test
  void layersBetweenWhichDenseOnesStandKeepTheirIds() throws IOException {
    String gaps = MAP.replace(" 4:", " 7:");
    Path file = Files.writeString(folder.resolve("gaps.yaml"), gaps);
    StoredPlacement stored = format.read(InputSource.of(file), PlacementExpectation.NONE);
    assertEquals(LayerIds.of(new int[] {3, 7}), stored.layerIds());
    assertEquals(gaps, Written.text(format.withLayerIds(stored.layerIds()), TABLE));
  }

  @Test
  void theEngineStartsWithTheExpertsOfTheNextRankInRedundantSlots() {
    // 6 experts and 2 redundant ones on 2 ranks: rank 1 starts at expert 3.
    ExpertTable start = format.initial(1, EpTopology.of(6, 2, 1, 1, 4));
    int[] row = new int[8];
    start.copyLayer(0, row, 0);
    assertArrayEquals(new int[] {0, 1, 2, 3, 3, 4, 5, 0}, row);
  }

  @Test
  void aMissingLayerIsNamedIfTheFirstIsGiven() throws IOException {
    Path file = folder.resolve("map.yaml");
    PlacementFormat fromThree = PlacementFormats.named("trtllm", OptionalInt.of(3));
    Refusal.of(
        file,
        MAP.replace("4:", "5:"),
        source -> fromThree.read(source, PlacementExpectation.NONE),
        "/initial_global_assignments has 2 layers from 3 to 5; expected every layer from 3 on, the"
            + " first MoE layer");
  }

  @Test
  void aLayerGivenTwiceIsNamed() throws IOException {
    refuse(
        MAP.replace("4:", "3:"), "/initial_global_assignments has layer 3 twice; expected it once");
  }

  @Test
  void aLayerIdThatIsNoNumberIsNamed() throws IOException {
    refuse(
        MAP.replace("4:", "four:"),
        "/initial_global_assignments has the key \"four\"; expected a layer id from 0 to 131072");
  }

  @Test
  void aRowOfAnotherLengthIsNamed() throws IOException {
    refuse(
        MAP.replace("[2, 1, 1, 0]", "[2, 1, 0]"),
        "/initial_global_assignments/4 has 3 expert ids; num_slots says 4");
  }

  @Test
  void moreSlotsThanRowsHoldTakeNoMemory() throws IOException {
    String rows =
        IntStream.range(0, 200)
            .mapToObj(layer -> layer + ": [0]")
            .collect(Collectors.joining(", ", "{", "}"));
    refuse(
        "num_slots: 16777216\ninitial_global_assignments: " + rows,
        "/initial_global_assignments/0 has 1 expert id; num_slots says 16777216");
  }

  @Test
  void anExpertIdThatIsNoneIsNamed() throws IOException {
    String place = "/initial_global_assignments/4/0 is ";
    String expected =
        "; expected an expert id, a whole number from 0 to 65535, or −1 for a slot that its rank cannot"
            + " use";
    refuse(MAP.replace("[2,", "[-2,"), place + "-2" + expected);
    refuse(MAP.replace("[2,", "[2.5,"), place + "2.5" + expected);
    refuse(MAP.replace("[2,", "[x,"), place + "the text \"x\"" + expected);
    refuse(MAP.replace("[2,", "[\"2\","), place + "the text \"2\"" + expected);
    refuse(MAP.replace("[2,", "[.nan,"), place + ".nan" + expected);
    refuse(MAP.replace("[2,", "[~,"), place + "null" + expected);
    refuse(MAP.replace("[2,", "[99999999999999999999,"), place + "99999999999999999999" + expected);
  }

  @Test
  void aNumberThatReadersOfYamlDisagreeAboutIsRefused() throws IOException {
    String place = "/initial_global_assignments/4/0 is ";
    String expected =
        "; expected an expert id, a whole number from 0 to 65535, or −1 for a slot that its rank cannot"
            + " use";
    refuse(MAP.replace("[2,", "[02,"), place + "02" + expected);
    refuse(MAP.replace("[2,", "[0x2,"), place + "0x2" + expected);
    refuse(MAP.replace("[2,", "[1_0,"), place + "1_0" + expected);
    refuse(
        MAP.replace("num_slots: 4", "num_slots: 04"),
        "/num_slots is 04; expected the number of slots, a whole number from 1 to 16777216");
    refuse(
        MAP.replace("4:", "04:"),
        "/initial_global_assignments has the key \"04\"; expected a layer id from 0 to 131072");
  }

  @Test
  void aliasesAndTagsAreRefused() throws IOException {
    refuse(
        MAP.replace("[2, 1, 1, 0]", "*row"),
        "has the alias *row at line 4, column 6; write the value out");
    refuse(
        MAP.replace("[0, 1, 2, 0]", "&row [0, 1, 2, 0]"),
        "has the anchor &row at line 3, column 6; remove it");
    refuse(
        MAP.replace("slots: 4", "slots: !!int \"4\""),
        "has the tag !!int at line 1, column 12; remove it");
  }

  @Test
  void aControlCharacterIsNamedByLineHoweverFarItIs() throws IOException {
    refuse(
        MAP + "# 𝄞\n".repeat(5_000) + "#\u0007\n",
        "holds the control character U+0007 at line 5006; remove it");
  }

  @Test
  void aWordOfAnyLengthThatLooksLikeATimeDoesNotOverflowTheStack() throws IOException {
    refuse(
        MAP.replace("[2,", "[" + "1" + ":30".repeat(20_000) + ","),
        "holds a number of more than 1000 digits");
  }

  @Test
  void aFileOfCommentsIsRefused() throws IOException {
    refuse("# none\n", "holds nothing but white space and comments; expected YAML");
  }

  @Test
  void anotherEncodingIsRefused() throws IOException {
    Refusal.of(
        folder.resolve("map.yaml"),
        (MAP + "# \u00e9\n").getBytes(StandardCharsets.ISO_8859_1),
        source -> format.read(source, TWO_RANKS),
        "is not valid YAML: it must be written in UTF-8");
  }

  @Test
  void aNumberOfMoreDigitsThanAnyIsRefused() throws IOException {
    refuse(
        MAP.replace("[2,", "[" + "2".repeat(1_001) + ","),
        "holds a number of more than 1000 digits");
  }

  @Test
  void unknownKeysAreRefused() throws IOException {
    refuse(
        MAP + "num_slot: 4\n",
        "the top level has the key \"num_slot\"; expected num_slots, initial_global_assignments and"
            + " layer_updates_per_iter");
  }

  @Test
  void missingKeysAreNamed() throws IOException {
    refuse("num_slots: 4\n", "the top level has no key initial_global_assignments");
    refuse(MAP.replace("num_slots: 4\n", ""), "the top level has no key num_slots");
    refuse(
        "num_slots: 4\ninitial_global_assignments: {}\n",
        "/initial_global_assignments is empty; expected at least one layer");
  }

  @Test
  void aKeyGivenTwiceIsNamed() throws IOException {
    refuse(MAP + "num_slots: 4\n", "the top level has the key num_slots twice; expected it once");
    refuse(
        MAP + "initial_global_assignments: {}\n",
        "the top level has the key initial_global_assignments twice; expected it once");
    refuse(
        MAP + "layer_updates_per_iter: 0\n",
        "the top level has the key layer_updates_per_iter twice; expected it once");
  }

  @Test
  void numbersOutOfRangeAreNamed() throws IOException {
    refuse(
        MAP.replace("iter: 0", "iter: -1"),
        "/layer_updates_per_iter is -1; expected the layers updated per iteration, a whole number"
            + " from 0 to 65536");
    refuse(
        MAP.replace("slots: 4", "slots: 0"),
        "/num_slots is 0; expected the number of slots, a whole number from 1 to 16777216");
  }

  @Test
  void i3AMissingExpertIsNamed() throws IOException {
    refuse(
        MAP.replace("[2, 1, 1, 0]", "[1, 1, 1, 0]"),
        "I3: layer 1 has no slot for expert 2; every expert needs at least one slot in every layer");
  }

  @Test
  void anotherStructureIsNamed() throws IOException {
    refuse(
        "- 1\n- 2\n",
        "the top level is an array; expected a mapping with num_slots, initial_global_assignments"
            + " and layer_updates_per_iter");
  }

  @Test
  void aSecondDocumentIsRefused() throws IOException {
    refuse(
        MAP + "---\na: 1\n",
        "goes on after the end of its YAML value, with an object at line 7, column 1; expected one"
            + " value alone");
  }

  @Test
  void brokenYamlIsNamedByLineAndColumn() throws IOException {
    refuse(
        "num_slots: 4\n\tx: 1\n",
        "is not valid YAML at line 2, column 1: found character '\\t(TAB)' that cannot start any"
            + " token. (Do not use \\t(TAB) for indentation)");
  }

  @Test
  void truncatedYamlIsNamed() throws IOException {
    refuse(
        MAP.substring(0, MAP.indexOf("0]")),
        "is not valid YAML at line 3, column 16: expected the node content, but found '<stream end>'");
  }

  @Test
  void deepNestingIsRefusedWithoutOverflowingTheStack() throws IOException {
    refuse(
        "initial_global_assignments: " + "[".repeat(100_000),
        "/initial_global_assignments is an array; expected a mapping of layer ids to expert ids");
    Refusal.of(
        folder.resolve("map.yaml"),
        MAP + "initial_global_assignments: {a: " + "[".repeat(100_000),
        source ->
            TokenInput.yaml(
                source,
                input -> {
                  input.skip();
                  return source;
                }),
        "is nested more than 1000 levels deep");
  }

  @Test
  void binaryDataAreRefused() throws IOException {
    Refusal.of(
        folder.resolve("map.yaml"),
        "PK\3\4".getBytes(StandardCharsets.US_ASCII),
        source -> format.read(source, TWO_RANKS),
        "holds a ZIP archive; expected YAML");
  }

  @Test
  void aFirstMoeLayerOutOfRangeIsRefused() {
    InvalidInputException exception =
        assertThrows(
            InvalidInputException.class,
            () -> PlacementFormats.named("trtllm", OptionalInt.of(-1)));
    assertEquals(
        "the first MoE layer is -1; it must be between 0 and 65536", exception.getMessage());
  }

  private StoredPlacement read(PlacementFormat reader, String map) throws IOException {
    Path file = Files.writeString(folder.resolve("map.yaml"), map);
    return reader.read(Refusal.file(file), TWO_RANKS);
  }

  private void refuse(String map, String expected) throws IOException {
    Refusal.of(folder.resolve("map.yaml"), map, source -> format.read(source, TWO_RANKS), expected);
  }
}
