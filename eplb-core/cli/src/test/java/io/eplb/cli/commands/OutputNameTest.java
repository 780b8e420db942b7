package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The names of written maps: an engine loads a file by the ending of its name. */
class OutputNameTest {
  private static final String MAP =
      "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":2,\"device_list\":["
          + "{\"device_id\":0,\"device_expert\":[0,1,2]},{\"device_id\":1,\"device_expert\":[3,2,1]}]}]}";

  @TempDir Path folder = Path.of(".");

  @BeforeEach
  void writeInputs() throws IOException {
    Files.writeString(folder.resolve("load.json"), "[[90,10,10,10]]");
    Files.writeString(folder.resolve("map.json"), MAP);
  }

  @ParameterizedTest
  @CsvSource({
    "vllm-ascend, out, .json, out.json",
    "vllm-ascend, out.txt, .json, out.json",
    "vllm-ascend, out.JSON, .json, out.json",
    "vllm-ascend, .out, .json, .out.json",
    "sglang, out.pt, .json, out.json",
    "sglang, out.v2.txt, .json, out.v2.json",
    "vllm, out.npy, .json or .jsonl, out.json",
    "hygon, out.yaml, .json, out.json",
    "deepseek, out.npz, .json, out.json",
    "trtllm, out.json, .yaml or .yml, out.yaml",
    "omni-infer, out.json, .npy, out.npy"
  })
  void aNameThatTheEngineDoesNotLoadIsRefused(
      String format, String name, String endings, String right) throws IOException {
    Path output = folder.resolve(name);
    String expected =
        "%s: a map of the format %s needs a name that ends in %s, such as %s"
            .formatted(output, format, endings, folder.resolve(right));
    CommandLineRun.assertRefused(
        expected,
        "plan --load %s --ranks 2 --redundant-experts 2 --output-format %s --output %s",
        folder.resolve("load.json"),
        format,
        output);
    CommandLineRun.assertRefused(
        expected, "convert --to %s %s %s", format, folder.resolve("map.json"), output);
    for (String command : new String[] {"repair --failed 1", "rescale --ranks 3"}) {
      CommandLineRun.assertRefused(
          expected,
          command + " --current %s --output-format %s --output %s",
          folder.resolve("map.json"),
          format,
          output);
    }
    assertFalse(Files.exists(output));
  }

  static Iterable<String> formats() {
    return PlacementFormats.names();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyEndingOfAFormatIsTaken(String format) throws IOException {
    for (String ending : PlacementFormats.named(format).endings()) {
      Path output = folder.resolve("out" + ending);
      CommandLineRun run =
          CommandLineRun.of(
              "plan --load %s --ranks 2 --redundant-experts 2 --output-format %s --output %s",
              folder.resolve("load.json"), format, output);
      assertEquals(0, run.code(), run.err());
      CommandLineRun read = CommandLineRun.of("verify %s --ranks 2 --experts 4", output);
      assertEquals(0, read.code(), read.err());
    }
  }

  @Test
  void standardOutputAndDevicesNeedNoName() {
    for (String output : new String[] {"-", "/dev/null"}) {
      CommandLineRun run =
          CommandLineRun.of(
              "convert --to trtllm --force %s %s", folder.resolve("map.json"), output);
      assertEquals(0, run.code(), run.err());
    }
    assertTrue(Files.exists(Path.of("/dev/null")));
  }
}
