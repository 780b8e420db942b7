package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VllmAscendFormatTest {
  private static final String MAP =
      """
      {"moe_layer_count": 2, "layer_list": [
      {"layer_id": 0, "device_count": 2, "device_list": [{"device_id": 0, "device_expert": [0, 1]}, \
      {"device_id": 1, "device_expert": [2, 0]}]},
      {"layer_id": 1, "device_count": 2, "device_list": [{"device_id": 0, "device_expert": [2, 1]}, \
      {"device_id": 1, "device_expert": [1, 0]}]}
      ]}
      """;

  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 2, 1, 1, 0}));

  private final PlacementFormat format = PlacementFormats.named("vllm-ascend");

  @TempDir private Path folder;

  @Test
  void anExpertMapIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("map.json"), MAP);
    StoredPlacement stored = format.read(Refusal.file(file), PlacementExpectation.NONE);
    assertEquals(TABLE, stored.table());
    assertEquals("vllm-ascend", stored.format());
    assertTrue(stored.ranksKnown());
  }

  @Test
  void anExpertMapIsWrittenInOrder() {
    assertEquals(MAP, Written.text(format, TABLE));
  }

  @Test
  void aDeadRankKeepsItsDeviceWithEmptySlots() throws IOException {
    ExpertTable table =
        ExpertTable.of(
            0, 2, Placement.of(2, 3, 2, new int[] {0, 1, -1, -1, 1, -1, 1, 0, -1, -1, 0, -1}));
    String written = Written.text(format, table);
    assertTrue(written.contains("\"device_count\": 3"), written);
    assertTrue(written.contains("{\"device_id\": 1, \"device_expert\": [-1, -1]}"), written);
    Path file = Files.writeString(folder.resolve("map.json"), written);
    assertEquals(table, format.read(Refusal.file(file), PlacementExpectation.NONE).table());
  }

  @Test
  void keysMayComeInAnyOrderAndWithOthers() throws IOException {
    String map =
        "{\"layer_list\": [{\"device_list\": [{\"device_expert\": [0, 1], \"x\": {}, \"device_id\":"
            + " 0}], \"device_count\": 1, \"note\": [[]], \"layer_id\": 0}], \"v\": null,"
            + " \"moe_layer_count\": 1}";
    Path file = Files.writeString(folder.resolve("map.json"), map);
    ExpertTable table = format.read(Refusal.file(file), PlacementExpectation.NONE).table();
    assertEquals(ExpertTable.of(0, 2, Placement.of(1, 1, 2, new int[] {0, 1})), table);
  }

  @Test
  void writingADuplicateOnARankIsRefused() {
    ExpertTable table =
        ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 0, 1, 2, 2}));
    assertEquals(
        "layer 1, rank 1 holds expert 2 twice; vllm-ascend holds an expert once per rank"
            + ": take fewer redundant experts, another policy, or a format that lists slots, such as sglang",
        Written.refusal(format, table));
  }

  @Test
  void readingADuplicateOnARankIsRefused() throws IOException {
    refuse(
        MAP.replace("[1, 0]", "[1, 1]"),
        "/layer_list/1/device_list/1/device_expert/1 is expert 1, which layer 1, rank 1 holds"
            + " already; an expert map holds an expert once per rank");
  }

  @Test
  void anExpertOutOfRangeIsNamed() throws IOException {
    refuse(
        MAP.replace("[2, 1]", "[2, -2]"),
        "/layer_list/1/device_list/0/device_expert/1 is -2; expected an expert id, a whole number"
            + " from 0 to 65535, or −1 for a slot that its rank cannot use");
    refuse(
        MAP.replace("[2, 1]", "[2, 65536]"),
        "/layer_list/1/device_list/0/device_expert/1 is 65536; expected an expert id, a whole number"
            + " from 0 to 65535, or −1 for a slot that its rank cannot use");
  }

  @Test
  void anExpertBeyondTheModelsIsNamed() throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        MAP,
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.of(2), OptionalInt.empty())),
        "/layer_list/0/device_list/1/device_expert/0 is 2; expected an expert id, a whole number"
            + " from 0 to 1, or −1 for a slot that its rank cannot use");
  }

  @Test
  void i3AMissingExpertIsNamed() throws IOException {
    refuse(
        MAP.replace("[2, 1]", "[0, 1]"),
        "I3: layer 1 has no slot for expert 2; every expert needs at least one slot in every layer");
  }

  @Test
  void anIdThatIsNoIntegerIsNamed() throws IOException {
    String place = "/layer_list/1/device_list/0/device_expert/0 is ";
    String expected =
        "; expected an expert id, a whole number from 0 to 65535, or −1 for a slot that its rank cannot"
            + " use";
    refuse(MAP.replace("[2, 1]", "[2.0, 1]"), place + "2.0" + expected);
    refuse(MAP.replace("[2, 1]", "[\"2\", 1]"), place + "the text \"2\"" + expected);
    refuse(MAP.replace("[2, 1]", "[null, 1]"), place + "null" + expected);
    refuse(MAP.replace("[2, 1]", "[NaN, 1]"), place + "NaN" + expected);
    refuse(MAP.replace("[2, 1]", "[1e0, 1]"), place + "1e0" + expected);
    refuse(MAP.replace("[2, 1]", "[[2], 1]"), place + "an array" + expected);
    refuse(
        MAP.replace("[2, 1]", "[99999999999999999999, 1]"),
        place + "99999999999999999999" + expected);
  }

  @Test
  void layersOutOfOrderAreNamed() throws IOException {
    refuse(
        MAP.replace("\"layer_id\": 1", "\"layer_id\": 4"),
        "/layer_list/1/layer_id is 4; expected 1, since vLLM-Ascend goes by the order of the list");
  }

  @Test
  void devicesOutOfOrderAreNamed() throws IOException {
    refuse(
        MAP.replaceFirst("\"device_id\": 0", "\"device_id\": 1"),
        "/layer_list/0/device_list/0/device_id is 1; expected 0, since vLLM-Ascend goes by the order"
            + " of the list");
  }

  @Test
  void aWrongLayerCountIsNamed() throws IOException {
    refuse(
        MAP.replace("\"moe_layer_count\": 2", "\"moe_layer_count\": 3"),
        "/moe_layer_count is 3; expected 2, the layers in layer_list");
  }

  @Test
  void aWrongDeviceCountIsNamed() throws IOException {
    refuse(
        MAP.replaceFirst("\"device_count\": 2", "\"device_count\": 4"),
        "/layer_list/0/device_count is 4; expected 2, the devices in device_list");
  }

  @Test
  void devicesOfDifferentLengthsAreNamed() throws IOException {
    refuse(
        MAP.replace("[2, 1]", "[2, 1, 0]"),
        "/layer_list/1/device_list/0/device_expert has 3 experts where the devices before it have 2;"
            + " all must be equally long");
  }

  @Test
  void layersOfDifferentLengthsAreNamed() throws IOException {
    String second = ", {\"device_id\": 1, \"device_expert\": [1, 0]}";
    int at = MAP.lastIndexOf("\"device_count\": 2");
    String shorter =
        MAP.substring(0, at)
            + MAP.substring(at).replace(second, "").replace("2, \"device_list", "1, \"device_list");
    refuse(
        shorter,
        "/layer_list/1/device_list has 1 device where the layers before it have 2; all must be"
            + " equally long");
  }

  @Test
  void missingKeysAreNamed() throws IOException {
    refuse("{\"moe_layer_count\": 1}", "the top level has no key layer_list");
    refuse(
        "{\"layer_list\": " + layers("{\"device_id\": 0, \"device_expert\": [0]}") + "}",
        "the top level has no key moe_layer_count");
    refuse(MAP.replaceFirst("\"layer_id\": 0, ", ""), "/layer_list/0 has no key layer_id");
    refuse(MAP.replaceFirst("\"device_count\": 2, ", ""), "/layer_list/0 has no key device_count");
    refuse(
        MAP.replaceFirst("\"device_id\": 0, ", ""),
        "/layer_list/0/device_list/0 has no key device_id");
    refuse(
        "{\"moe_layer_count\": 1, \"layer_list\": [{\"layer_id\": 0, \"device_count\": 1}]}",
        "/layer_list/0 has no key device_list");
  }

  @Test
  void keysGivenTwiceAreNamed() throws IOException {
    refuse(
        MAP.replaceFirst(
            "\"moe_layer_count\": 2", "\"moe_layer_count\": 2, \"moe_layer_count\": 2"),
        "the top level has the key moe_layer_count twice; expected it once");
    refuse(
        MAP.replaceFirst("\"layer_id\": 0", "\"layer_id\": 0, \"layer_id\": 0"),
        "/layer_list/0 has the key layer_id twice; expected it once");
  }

  @Test
  void emptyListsAreNamed() throws IOException {
    refuse(
        "{\"moe_layer_count\": 1, \"layer_list\": []}",
        "/layer_list is an empty array; expected at least one layer");
    refuse(
        "{\"moe_layer_count\": 1, \"layer_list\": " + layers("") + "}",
        "/layer_list/0/device_list is an empty array; expected at least one device");
    refuse(
        "{\"moe_layer_count\": 1, \"layer_list\": "
            + layers("{\"device_id\": 0, \"device_expert\": []}")
            + "}",
        "/layer_list/0/device_list/0/device_expert is an empty array; expected at least one expert");
  }

  @Test
  void otherStructuresAreNamed() throws IOException {
    refuse(
        "[[0, 1]]",
        "the top level is an array; expected an object with moe_layer_count and layer_list");
    refuse("{\"layer_list\": {}}", "/layer_list is an object; expected an array of layers");
    refuse(
        "{\"layer_list\": [1]}",
        "/layer_list/0 is 1; expected a layer: an object with layer_id, device_count, device_list");
    refuse(
        "{\"moe_layer_count\": \"2\"}",
        "/moe_layer_count is the text \"2\"; expected the number of layers, a whole number from 1 to"
            + " 65536");
  }

  @Test
  void aTruncatedMapIsNamed() throws IOException {
    refuse(MAP.substring(0, 200), "ends too early at line 3, column 23: the JSON is truncated");
  }

  @Test
  void otherRanksThanExpectedAreNamed() throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        MAP,
        source ->
            format.read(source, new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(4))),
        "has 2 ranks; expected 4");
  }

  private static String layers(String devices) {
    return "[{\"layer_id\": 0, \"device_count\": 1, \"device_list\": [" + devices + "]}]";
  }

  private void refuse(String map, String expected) throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        map,
        source -> format.read(source, PlacementExpectation.NONE),
        expected);
  }
}
