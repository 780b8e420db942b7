package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTableTest {
  private static final String MAP =
      """
      {"moe_layer_count": 1, "layer_list": [{"layer_id": 0, "device_count": 4, "device_list": [
        {"device_id": 0, "device_expert": [0, 1, 2]}, {"device_id": 1, "device_expert": [0, 3, 4]},
        {"device_id": 2, "device_expert": [0, 5, 6]}, {"device_id": 3, "device_expert": [0, 7, 1]}]}]}
      """;

  @TempDir Path folder = Path.of(".");

  @Test
  void withoutAMapItIsTheEnginesInitialLayout() {
    assertEquals(
        ExpertTable.initial(3, CycleRig.TOPOLOGY),
        StartTable.of(EplbConfig.defaults(), 3, CycleRig.TOPOLOGY));
  }

  @Test
  void aMapIsTakenAsItIs() throws IOException {
    ExpertTable table = StartTable.of(config(MAP), 1, CycleRig.TOPOLOGY);
    assertEquals(0, table.expertAt(0, 1, 0));
    assertEquals(0, table.version());
  }

  @Test
  void aMapOfAnotherShapeIsRefused() throws IOException {
    EplbConfig config = config(MAP);
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class, () -> StartTable.of(config, 2, CycleRig.TOPOLOGY));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith(
                "map.json has 1 layer × 3 slots per rank, the engine 2 × 3; start it with its own map"),
        refused.getMessage());
  }

  private EplbConfig config(String map) throws IOException {
    Path file = Files.writeString(folder.resolve("map.json"), map);
    return EplbConfig.defaults().with(Settings.EXPERT_MAP_PATH, file.toString());
  }
}
