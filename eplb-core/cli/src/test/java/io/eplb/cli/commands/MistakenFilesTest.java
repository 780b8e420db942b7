package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are given where another kind is expected. */
class MistakenFilesTest {
  @TempDir Path folder = Path.of(".");

  private Path map = Path.of("map.json");
  private Path loads = Path.of("loads.npy");

  @BeforeEach
  void writeInputs() throws IOException {
    map =
        Files.writeString(folder.resolve("map.json"), "{\"physical_to_logical_map\":[[0,1,2,3]]}");
    loads = Path.of("../examples/glm52-mixed.npy");
  }

  @Test
  void aMapIsNoLoad() {
    String expected =
        "map.json: the top level has no key load or logical_count; it has"
            + " \"physical_to_logical_map\", as a map has";
    assertRefused(expected, "plan --load %s --ranks 2", map);
    assertRefused(expected, "simulate --trace %s --ranks 2 --policies default", map);
    assertRefused(expected, "repair --current %s --ranks 2 --failed 1 --load %s", map, map);
    assertRefused(expected, "demo --trace %s --ranks 2", map);
  }

  @Test
  void aLoadIsNoMap() {
    String expected =
        "glm52-mixed.npy: device 0, layer 0, expert 0 is 8121.0; a map of Omni-Infer is all 0 and 1";
    assertRefused(expected, "plan --load %s --current %s", loads, loads);
    assertRefused(expected, "verify %s", loads);
    assertRefused(expected, "repair --current %s --failed 1", loads);
  }

  @Test
  void idsThatAreLoadsAreNamedOnce() {
    assertRefused(
        "plan: " + loads + ": token 0, layer 0, choice 0 is 8121; expected the id of an expert",
        "plan --load %s --ranks 2 --routed-experts 4",
        loads);
  }

  @Test
  void anyOtherFolderIsNoRecording() {
    assertRefused(
        "is a folder without .pt files of SGLang and without meta_info.json",
        "plan --load %s --ranks 2",
        folder);
    assertRefused("is a folder; expected a file", "verify %s", folder);
  }
}
