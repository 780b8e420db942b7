package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that vLLM itself and HYGON's plug-in load. */
class VllmFormatTest {
  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(2, 2, 2, new int[] {0, 1, 2, 0, 1, 2, 0, 1}));

  private static final PlacementExpectation TWO_RANKS =
      new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(2));

  @TempDir private Path folder;

  @Test
  void theMappingOfVllmIsOneLine() {
    assertEquals(
        "{\"record_type\": \"eplb_initial_mapping\", \"version\": 1, \"num_redundant_experts\": 1,"
            + " \"num_slots\": 4, \"initial_global_assignments\": {\"0\": [0, 1, 2, 0], \"1\": [1, 2,"
            + " 0, 1]}}\n",
        Written.text(PlacementFormats.named("vllm"), TABLE));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    for (String name : new String[] {"vllm", "hygon"}) {
      Path file = folder.resolve(name + ".json");
      Files.write(file, Written.bytes(PlacementFormats.named(name), TABLE));
      StoredPlacement stored = PlacementFormats.read(InputSource.of(file), TWO_RANKS);
      assertEquals(TABLE, stored.table());
      assertEquals(name, stored.format());
    }
  }

  @Test
  void aMapOfHygonForOneModelAmongModelsIsRead() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("map.json"),
            """
            {"version": 2, "format": "vllm_offline_eplb_physical_to_logical_by_model",
             "model_maps": {"HYV4ForCausalLM": {"record_kind": "proposal", "num_logical_experts": 3,
               "physical_to_logical_map": [[0, 1, 2, 0], [1, 2, 0, 1]]}}}
            """);
    assertEquals(TABLE, PlacementFormats.read(InputSource.of(file), TWO_RANKS).table());
  }

  @Test
  void theMapsOfSeveralModelsAreRefusedByName() throws IOException {
    refuse(
        """
        {"format": "vllm_offline_eplb_physical_to_logical_by_model", "model_maps": {
          "A": {"physical_to_logical_map": [[0]]}, "B": {"physical_to_logical_map": [[0]]}}}
        """,
        "the top level holds the maps of several models, \"A\", \"B\"; put one of them into a file of its own");
  }

  @Test
  void namesOfModelsAreCutWhereTheyAreLongOrMany() throws IOException {
    String long40 = "m".repeat(40);
    String models =
        IntStream.range(0, 20)
            .mapToObj(model -> "\"" + long40 + model + "\": {\"physical_to_logical_map\": [[0]]}")
            .collect(Collectors.joining(", "));
    refuse(
        "{\"format\": \"vllm_offline_eplb_physical_to_logical_by_model\", \"model_maps\": {%s}}"
            .formatted(models),
        "the top level holds the maps of several models, %s and 10 more; put one of them into a file of its own"
            .formatted(("\"" + long40 + "…\", ").repeat(10).replaceFirst(", $", "")));
    String key = "k".repeat(50);
    refuse(
        "{\"format\": \"vllm_offline_eplb_physical_to_logical_by_model\", \"model_maps\": {\"%s\": 3}}"
            .formatted(key.repeat(100)),
        "/model_maps/%s… is 3; expected an object with physical_to_logical_map"
            .formatted(key.repeat(8).substring(0, 388)));
  }

  @Test
  void aMappingWithoutALayerIsRefused() throws IOException {
    refuse(
        mapping("\"0\": [0, 1], \"2\": [0, 1]", 0),
        "/initial_global_assignments has 2 layers, but no layer 1; MoE layers are counted from 0");
  }

  @Test
  void aLayerOfAnotherLengthIsRefused() throws IOException {
    refuse(
        mapping("\"0\": [0, 1, 0]", 0),
        "/initial_global_assignments/0 has 3 expert ids; num_slots says 2");
  }

  @Test
  void moreSlotsThanLayersHoldTakeNoMemory() throws IOException {
    String layers =
        IntStream.range(0, 200)
            .mapToObj(layer -> "\"" + layer + "\": [0]")
            .collect(Collectors.joining(", "));
    refuse(
        mapping(layers, 0).replace("\"num_slots\": 2", "\"num_slots\": 16777216"),
        "/initial_global_assignments/0 has 1 expert id; num_slots says 16777216");
  }

  @Test
  void moreRedundantExpertsThanSlotsAreRefused() throws IOException {
    refuse(mapping("\"0\": [0, 1]", 2), "/num_redundant_experts is 2 of 2 slots");
  }

  @Test
  void anExpertBeyondThoseThatTheFileCountsIsRefused() throws IOException {
    refuse(
        mapping("\"0\": [0, 1]", 1),
        "layer 0, rank 0, slot 1 holds expert 1; experts are 0 to 0, and −1 stands for a slot that its rank cannot use");
  }

  private static String mapping(String layers, int redundant) {
    return ("{\"record_type\": \"eplb_initial_mapping\", \"version\": 1, \"num_redundant_experts\":"
            + " %d, \"num_slots\": 2, \"initial_global_assignments\": {%s}}")
        .formatted(redundant, layers);
  }

  private void refuse(String content, String expected) throws IOException {
    Refusal.of(
        folder.resolve("map.json"),
        content,
        source -> PlacementFormats.read(source, PlacementExpectation.NONE),
        expected);
  }
}
