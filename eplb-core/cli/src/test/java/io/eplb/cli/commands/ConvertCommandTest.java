package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final List<String> FORMATS =
      List.of("vllm-ascend", "vllm", "hygon", "sglang", "trtllm", "deepseek", "omni-infer");

  @TempDir Path folder = Path.of(".");
  private Path map = Path.of(".");

  @BeforeEach
  void writeMap() throws IOException {
    // Three ranks of two slots, in ascending order, so that every format can hold it.
    map = write("map.json", "{\"physical_to_logical_map\":[[0,1,2,3,0,4],[1,2,0,3,1,4]]}");
  }

  @Test
  void theHelpListsEveryFormat() {
    String formats = "One of " + String.join(", ", PlacementFormats.names());
    for (String command : List.of("convert", "plan")) {
      String help = CommandLineRun.of(command + " --help").out().replaceAll("\\s+", " ");
      assertTrue(help.contains(formats), help);
    }
  }

  @Test
  void everyFormatConvertsToEveryOtherAndBack() throws IOException {
    Path original = folder.resolve("original.json");
    convert("sglang", "sglang", map, original);
    for (String from : FORMATS) {
      Path first = file("first-" + from, from);
      convert("sglang", from, map, first);
      for (String to : FORMATS) {
        Path second = file(from + "-" + to, to);
        convert(from, to, first, second);
        Path back = file(from + "-" + to + "-back", "sglang");
        convert(to, "sglang", second, back);
        assertArrayEquals(Files.readAllBytes(original), Files.readAllBytes(back), from + " " + to);
      }
    }
  }

  @Test
  void unusableSlotsAreKeptAndTheEngineThatDoesNotKnowThemIsNamed() throws IOException {
    String dead =
        "{\"physical_to_logical_map\": [\n[0, 1, -1, -1, 2, 3],\n[2, 3, -1, -1, 0, 1]\n]}\n";
    Path original = write("dead.json", dead);
    for (String from : FORMATS) {
      Path first = file("first-" + from, from);
      CommandLineRun run =
          CommandLineRun.of("convert --to %s --ranks 3 %s %s", from, original, first);
      assertEquals(0, run.code(), run.err());
      assertTrue(run.err().startsWith("note: " + first + " has "), run.err());
      assertTrue(run.err().contains("'s loader") || from.equals("deepseek"), run.err());
      assertTrue(run.err().contains("for further eplb commands"), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
      for (String to : FORMATS) {
        Path second = file(from + "-" + to, to);
        convert(from, to, first, second);
        Path back = file(from + "-" + to + "-back", "sglang");
        convert(to, "sglang", second, back);
        assertEquals(dead, Files.readString(back), from + " " + to);
      }
    }
  }

  @Test
  void aMapWithoutUnusableSlotsIsWrittenWithoutANote() {
    assertEquals(
        "", CommandLineRun.of("convert --to deepseek %s %s", map, folder.resolve("x.json")).err());
  }

  @Test
  void theFormatIsRecognisedAndDescribed() {
    Path output = folder.resolve("output.json");
    CommandLineRun run = CommandLineRun.of("convert --to deepseek %s %s", map, output);
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words()
            .contains("(sglang) → " + output + " (deepseek): 2 layers × 5 experts on 6 slots"),
        run.out());
  }

  @Test
  void layerIdsAreShiftedAndKept() throws IOException {
    Path shifted = folder.resolve("shifted.yaml");
    assertEquals(
        0, CommandLineRun.of("convert --to trtllm --first-moe-layer 3 %s %s", map, shifted).code());
    assertTrue(Files.readString(shifted).contains("  3: "), Files.readString(shifted));
    Path again = folder.resolve("again.yaml");
    assertEquals(0, CommandLineRun.of("convert --to trtllm %s %s", shifted, again).code());
    assertEquals(Files.readString(shifted), Files.readString(again));
    assertRefused(
        "from 4 on",
        "convert --from trtllm --to sglang --first-moe-layer 4 %s %s",
        shifted,
        folder.resolve("x.json"));
  }

  @Test
  void whatATargetCannotHoldIsRefused() throws IOException {
    Path duplicates = write("duplicates.json", "{\"physical_to_logical_map\":[[0,0,1,2]]}");
    Path disorder = write("disorder.json", "{\"physical_to_logical_map\":[[1,0,3,2]]}");
    Path output = folder.resolve("output.json");
    Path array = folder.resolve("output.npy");
    assertRefused("rank 0", "convert --to vllm-ascend --ranks 2 %s %s", duplicates, output);
    assertRefused(
        "(convert --sort-slots)", "convert --to omni-infer --ranks 2 %s %s", disorder, array);
    assertRefused("give --ranks", "convert --to vllm-ascend %s %s", map, output);
    assertFalse(Files.exists(output));
    assertFalse(Files.exists(array));
  }

  @Test
  void slotsAreSortedWithinTheirRanksWhenThatIsAskedFor() throws IOException {
    Path disorder = write("disorder.json", "{\"physical_to_logical_map\":[[1,0,2,3],[0,1,3,2]]}");
    Path sorted = folder.resolve("sorted.npy");
    CommandLineRun run =
        CommandLineRun.of("convert --to omni-infer --sort-slots --ranks 2 %s %s", disorder, sorted);
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words()
            .endsWith(
                "--sort-slots: 4 slots of all layers got another expert of the same rank; an engine"
                    + " that runs the old map moves these weights within its ranks "),
        run.out());
    Path back = folder.resolve("back.json");
    assertEquals(0, CommandLineRun.of("convert --to sglang %s %s", sorted, back).code());
    assertEquals(
        "{\"physical_to_logical_map\": [\n[0, 1, 2, 3],\n[0, 1, 2, 3]\n]}\n",
        Files.readString(back));
    assertRefused(
        "--sort-slots has no meaning in the format sglang",
        "convert --to sglang --sort-slots --ranks 2 %s %s",
        disorder,
        folder.resolve("x.json"));
  }

  @Test
  void aFreshPlanForOmniInferIsSortedAlready() throws IOException {
    Path load = write("load.json", "[[1,9,3,5],[7,2,2,4]]");
    Path map = folder.resolve("plan.npy");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --redundant-experts 2 --output %s --output-format omni-infer",
            load, map);
    assertEquals(0, run.code(), run.err());
    assertEquals(0, CommandLineRun.of("verify %s", map).code());
  }

  @Test
  void unusableArgumentsAreAnsweredWithOneLineAndCode2() {
    Path output = folder.resolve("output.json");
    assertRefused("known are", "convert --to vllms %s %s", map, output);
    assertRefused("known are", "convert --from x --to sglang %s %s", map, output);
    assertRefused("--to", "convert %s %s", map, output);
    assertRefused("OUT", "convert --to sglang %s", map);
    assertRefused("is the input", "convert --to sglang %s %s", map, map);
    assertRefused("do not divide", "convert --to sglang --ranks 4 %s %s", map, output);
    assertRefused("only trtllm", "convert --to sglang --first-moe-layer 1 %s %s", map, output);
    assertRefused("an expert id", "convert --to sglang --experts 4 %s %s", map, output);
    assertRefused("none.json", "convert --to sglang %s %s", folder.resolve("none.json"), output);
    assertFalse(Files.exists(output));
  }

  @Test
  void anExistingFileIsReplacedOnlyByForce() throws IOException {
    Path output = write("output.json", "precious");
    assertRefused("--force", "convert --to sglang %s %s", map, output);
    assertEquals("precious", Files.readString(output));
    assertEquals(0, CommandLineRun.of("convert --force --to sglang %s %s", map, output).code());
    assertTrue(Files.readString(output).contains("physical_to_logical_map"));
  }

  private Path file(String name, String format) {
    return folder.resolve(name + PlacementFormats.named(format).endings().get(0));
  }

  private static void convert(String from, String to, Path input, Path output) {
    CommandLineRun run =
        CommandLineRun.of("convert --from %s --to %s --ranks 3 %s %s", from, to, input, output);
    assertEquals(0, run.code(), run.err());
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
