package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final String SMALL = "[[90,1,1,1,1,1,1,4],[1,2,3,4,5,6,7,8]]";

  @TempDir Path folder = Path.of(".");

  @Test
  void plansTheExampleRecordingAndSaysWhatItDid() throws IOException {
    Path map = folder.resolve("map.json");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 32 --redundant-experts 32 --output %s", RECORDING, map);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(
        run.words().contains("75 layers × 256 experts topology 288 slots: 32 ranks × 9"),
        run.out());
    assertTrue(run.out().contains("rejected layers  none"), run.out());
    JsonNode written = new ObjectMapper().readTree(map.toFile());
    assertEquals(75, written.get("moe_layer_count").asInt());
    CommandLineRun verified = CommandLineRun.of("verify %s --experts 256", map);
    assertEquals(0, verified.code(), verified.err());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void balancesEveryWindowOfTheExampleToTheStatedRatio(int window) throws IOException {
    JsonNode report = planExample(folder.resolve("map.json"), "--window %s", window + ":" + window);
    assertEquals("incremental", report.get("policy").asText());
    assertEquals(75, report.get("layers").asInt());
    assertEquals(256, report.get("experts").asInt());
    assertEquals(32, report.get("ranks").asInt());
    assertTrue(report.at("/parBefore/mean").asDouble() > 1.3);
    assertTrue(report.at("/parAfter/mean").asDouble() <= 1.013, report.toString());
    assertTrue(
        report.at("/parAfter/mean").asDouble() <= report.at("/parAfter/p95").asDouble()
            && report.at("/parAfter/p95").asDouble() <= report.at("/parAfter/max").asDouble());
    assertEquals(
        report.at("/expertsMoved/total").asDouble() / 75,
        report.at("/expertsMoved/perLayerMean").asDouble(),
        1e-9);
    assertEquals(0, report.get("rejectedLayers").size());
    assertTrue(report.at("/planMillis/min").asDouble() > 0.0);
    assertEquals(folder.resolve("map.json").toString(), report.get("output").asText());
  }

  @Test
  void reportsMinimumMedianAndMaximumOfRepeatedPlans() throws IOException {
    JsonNode millis = planExample(folder.resolve("map.json"), "--repeat 5").get("planMillis");
    assertTrue(millis.get("min").asDouble() <= millis.get("median").asDouble());
    assertTrue(millis.get("median").asDouble() <= millis.get("max").asDouble());
  }

  @Test
  void startsFromACurrentMapAndKeepsWhatStaysInItsSlot() throws IOException {
    Path first = folder.resolve("first.json");
    Path second = folder.resolve("second.json");
    planExample(first, "--window 0:0");
    JsonNode again = planExample(second, "--window 0:0 --current %s", first);
    assertEquals(0, again.at("/expertsMoved/total").asInt());
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void plansFromTheWorkloadThatAnEngineMeasuredPerSlot() throws IOException {
    Path map = write("map.json", vllmAscendMap());
    Path workload = write("workload.json", "[[[8,1],[1,1],[2,3]]]");
    Path output = folder.resolve("new.json");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --workload %s --current %s --ranks 3 --output %s --json", workload, map, output);
    JsonNode report = run.json();
    // Expert 0 has 8 + 2 tokens on two slots, so the hottest rank, the last, has 5 + 3.
    assertEquals(8.0 / (16.0 / 3), report.at("/parBefore/mean").asDouble(), 1e-12);
  }

  @Test
  void stepsAreAddedUpToWindowsBeforeTheyAreChosenAndMeasured() throws IOException {
    Path steps =
        write("steps.json", "[[[9,1,1,1]],[[1,1,1,9]],[[5,1,1,5]],[[5,1,1,5]],[[8,0,0,0]]]");
    Path sums = write("sums.json", "[[[10,2,2,10]],[[10,2,2,10]]]");
    String command = "plan --load %s --ranks 2 --redundant-experts 2 --json";
    JsonNode summed = CommandLineRun.of(command + " --steps-per-window 2", steps).json();
    JsonNode same = CommandLineRun.of(command, sums).json();
    assertEquals(same.get("parPerWindow"), summed.get("parPerWindow"));
    assertEquals(2, summed.at("/parPerWindow/windows").size());
    assertEquals(same.get("parAfter"), summed.get("parAfter"));
    assertRefused(
        "its windows are 0 to 1",
        "plan --load %s --ranks 2 --steps-per-window 2 --window 2:2",
        steps);
  }

  @Test
  void stepsOfSlotsAreAddedUpToo() throws IOException {
    Path map = write("map.json", vllmAscendMap());
    Path steps = write("steps.json", "[[[[8,1],[0,1],[2,3]]],[[[0,1],[1,1],[2,3]]]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --workload %s --current %s --steps-per-window 2 --json", steps, map);
    assertTrue(run.json().path("parPerWindow").isMissingNode(), run.out());
  }

  @Test
  void writesToStandardOutputAndReportsOnStandardErrorThen() throws IOException {
    Path load = write("load.json", SMALL);
    java.io.PrintStream before = System.out;
    java.io.ByteArrayOutputStream captured = new java.io.ByteArrayOutputStream();
    CommandLineRun run;
    System.setOut(new java.io.PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      run = CommandLineRun.of("plan --load %s --ranks 4 --output -", load);
    } finally {
      System.setOut(before);
    }
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().contains("PAR after"), run.err());
    assertEquals(
        2,
        new ObjectMapper()
            .readTree(captured.toString(StandardCharsets.UTF_8))
            .get("moe_layer_count")
            .asInt());
  }

  @Test
  void takesSettingsFromAFileAndLetsTheCommandLineWin() throws IOException {
    Path load = write("load.json", SMALL);
    Path config =
        write(
            "eplb.yaml",
            """
            eplb_policy: global
            num_redundant_experts: 4
            topology: {ranks: 2}
            policy_options: {exact-reference: true}
            """);
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --config %s --ranks 4 --duplicates allow --output %s"
                + " --output-format sglang --json",
            load, config, folder.resolve("map.json"));
    JsonNode report = run.json();
    assertEquals("global", report.get("policy").asText());
    assertEquals(4, report.get("ranks").asInt());
    assertEquals(3, report.get("slotsPerRank").asInt());
  }

  @Test
  void plansForEveryFormatWhateverOrderOfSlotsThePolicyChose() throws IOException {
    Path load = write("load.json", "[[1,2,3,4,5,6,7,8],[8,1,7,2,6,3,5,4]]");
    for (String format : PlacementFormats.names()) {
      Path map = folder.resolve(format + PlacementFormats.named(format).endings().get(0));
      CommandLineRun run =
          CommandLineRun.of(
              "plan --load %s --ranks 4 --output-format %s --output %s", load, format, map);
      assertEquals(0, run.code(), run.err());
      assertEquals(0, CommandLineRun.of("verify %s --ranks 4 --experts 8", map).code());
    }
  }

  @Test
  void refusesToWriteDuplicatesIntoAnExpertMap() throws IOException {
    Path load = write("load.json", SMALL);
    Path output = folder.resolve("map.json");
    String line =
        "plan --load %s --output %s --ranks 2 --redundant-experts 8 --duplicates allow"
            + " --policy default --option exact-reference=true";
    CommandLineRun run = CommandLineRun.of(line, load, output);
    assertEquals(2, run.code(), run.out());
    assertFalse(Files.exists(output));
    CommandLineRun allowed =
        CommandLineRun.of(line + " --output-format deepseek --json", load, output);
    assertTrue(allowed.json().get("duplicates").asInt() > 0);
  }

  static Stream<Arguments> unusableArguments() {
    return Stream.of(
        Arguments.of("", "--ranks is missing"),
        Arguments.of("--ranks 0", "'0' is not a whole number from 1 to 65536"),
        Arguments.of("--ranks 2147483648", "'2147483648' is not a whole number from 1 to 65536"),
        Arguments.of("--ranks four", "'four' is not a whole number"),
        Arguments.of("--ranks 3", "3 ranks do not divide 8 experts"),
        Arguments.of("--ranks 4 --nodes 3", "3 nodes do not divide 4 ranks"),
        Arguments.of("--ranks 4 --nodes 8", "nodes is 8"),
        Arguments.of("--ranks 4 --groups 3", "3 groups do not divide 8 experts"),
        Arguments.of("--ranks 4 --redundant-experts -4", "from 0 to 65536"),
        Arguments.of("--ranks 4 --redundant-experts 2", "do not divide"),
        Arguments.of("--ranks 4 --steps-per-window 0", "not a whole number from 1"),
        Arguments.of(
            "--ranks 4 --steps-per-window 2",
            "load.json: 2 steps per window are more than the trace has, which is 1"),
        Arguments.of("--ranks 4 --window 1:0", "ends before it begins"),
        Arguments.of("--ranks 4 --window 0:5", "its windows are 0 to 0"),
        Arguments.of("--ranks 4 --window a", "is not a range of windows"),
        Arguments.of("--ranks 4 --ema 0", "above 0 and at most 1"),
        Arguments.of("--ranks 4 --ema NaN", "above 0 and at most 1"),
        Arguments.of("--ranks 4 --repeat 0", "from 1 to 1000000"),
        Arguments.of("--ranks 4 --seed x", "is not a whole number"),
        Arguments.of("--ranks 4 --policy defualt", "did you mean default?"),
        Arguments.of("--ranks 4 --policy=", "there is no policy"),
        Arguments.of("--ranks 4 --option foo=1", "there is no option 'foo'"),
        Arguments.of(
            "--ranks 4 --policy default --option exact-reference=maybe", "must be true or false"),
        Arguments.of(
            "--ranks 4 --nodes 4 --groups 2 --policy hierarchical",
            "4 nodes do not divide 2 groups"),
        Arguments.of(
            "--ranks 4 --redundant-experts 4 --rank-speed 1,1,0.5,1 --policy default"
                + " --option exact-reference=true",
            "leave out the option exact-reference"),
        Arguments.of("--ranks 4 --option foo", "'foo' is no option; expected key=value"),
        Arguments.of("--ranks 4 --option =1", "expected key=value"),
        Arguments.of(
            "--ranks 4 --option x=1 --option x=2",
            "--option x is given twice, as x=1 and as x=2; give it once"),
        Arguments.of("--ranks 4 extra", "'extra' is one argument too many"),
        Arguments.of("--ranks 4 --duplicates some", "neither reject nor allow"),
        Arguments.of("--ranks 4 --output-format vllms", "known are vllm-ascend"),
        Arguments.of("--ranks 4 --first-moe-layer 3", "only trtllm"),
        Arguments.of("--ranks 4 --config none.yaml", "no such file or folder"),
        Arguments.of("--ranks 4 --workload w.json", "exclude each other"),
        Arguments.of("--ranks 4 --current none.json", "none.json"),
        Arguments.of("--ranks 4 --colour", "there is no option '--colour'"),
        Arguments.of("--rank 4", "there is no option '--rank'; did you mean --ranks?"),
        Arguments.of("--ranks 4 --rank 4", "did you mean --ranks"));
  }

  @ParameterizedTest
  @MethodSource("unusableArguments")
  void answersUnusableArgumentsWithOneLineAndCode2(String options, String expected)
      throws IOException {
    String line = "plan --load %s --output %s " + options;
    assertRefused(expected, line, write("load.json", SMALL), folder.resolve("map.json"));
  }

  @Test
  void keepsTheLayerIdsOfTheMapThatThePlanStartedFrom() throws IOException {
    Path load = write("load.json", SMALL);
    Path first = folder.resolve("first.yaml");
    Path second = folder.resolve("second.yaml");
    assertEquals(
        0,
        CommandLineRun.of(
                "plan --load %s --ranks 4 --output %s --output-format trtllm --first-moe-layer 3",
                load, first)
            .code());
    CommandLineRun next =
        CommandLineRun.of(
            "plan --load %s --ranks 4 --current %s --output %s --output-format trtllm",
            load, first, second);
    assertEquals(0, next.code(), next.err());
    assertTrue(Files.readString(second).contains("\n  4: ["), Files.readString(second));
  }

  @Test
  void takesTheRanksFromACurrentMapThatSaysThem() throws IOException {
    Path map = write("map.json", vllmAscendMap());
    Path load = write("load.json", "[[1,2,3,4,5]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --current %s --output %s", load, map, folder.resolve("new.json"));
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void readsAFileWhoseNameBeginsWithAnAtSign() throws IOException {
    CommandLineRun run = CommandLineRun.of("verify @none.json");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("@none.json"), run.err());
  }

  @Test
  void namesFileAndLineOfAPolicyThatDoesNotExist() throws IOException {
    Path config = write("eplb.yaml", "# ours\neplb_policy: nobody\n");
    CommandLineRun run = CommandLineRun.of("config check %s", config);
    assertEquals(2, run.code());
    assertTrue(run.err().contains("eplb.yaml:2: there is no policy 'nobody'"), run.err());
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    CommandLineRun near = CommandLineRun.of("paln");
    assertEquals(2, near.code());
    assertEquals("eplb: there is no command 'paln'; did you mean plan?\n", near.err());
    assertTrue(CommandLineRun.of("balance").err().contains("commands are plan, policies"));
  }

  static Stream<Arguments> unusableLoads() {
    return Stream.of(
        Arguments.of("load.json", "", "empty"),
        Arguments.of("load.json", "[[1,2,3,4],[5,6,7", "load.json"),
        Arguments.of("load.json", "\u0000\u0001\u0002\u0003", "load.json"),
        Arguments.of("load.json", "[[1,2,3,4],[5,6,7]]", "load.json"),
        Arguments.of("load.json", "[[1,2,3,NaN]]", "load.json"),
        Arguments.of("load.json", "[[1,2,3,Infinity]]", "load.json"),
        Arguments.of("load.json", "[[1,2,3,-4]]", "load.json"),
        Arguments.of("load.json", "[[1,2,3,1e400]]", "load.json"),
        Arguments.of("load.json", "[[1,2,3,\"4\"]]", "load.json"),
        Arguments.of("load.json", "[]", "load.json"),
        Arguments.of("load.json", "[[]]", "load.json"),
        Arguments.of("load.json", "[".repeat(100_000), "load.json"),
        Arguments.of("load.json", "{\"x\":" + "[".repeat(100_000), "load.json"),
        Arguments.of("load.csv", "1,2,3,4\n1,2,3\n", "load.csv"),
        Arguments.of("load.csv", "1,2,nan,4\n", "load.csv"),
        Arguments.of("load.csv", "a,b,c,d\n1,2,x,4\n", "load.csv"),
        Arguments.of("load.npy", "\u0093NUMPY", "load.npy"));
  }

  @ParameterizedTest
  @MethodSource("unusableLoads")
  void answersAnUnusableLoadWithOneLineAndCode2(String name, String content, String expected)
      throws IOException {
    Path load = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(
        expected, "plan --load %s --ranks 4 --output %s", load, folder.resolve("map.json"));
  }

  @Test
  void answersAnUnusableOutputWithOneLineAndCode2() throws IOException {
    Path load = write("load.json", SMALL);
    Path existing = write("existing.json", "precious");
    Object[][] outputs = {
      {load, "is the input"},
      {existing, "--force"},
      {folder, "folder"},
      {folder.resolve("none/map.json"), "does not exist"}
    };
    for (Object[] output : outputs) {
      assertRefused(output[1].toString(), "plan --load %s --ranks 4 --output %s", load, output[0]);
    }
    assertRefused("is the input", "plan --load %s --ranks 4 --force --output %s", load, load);
    CommandLineRun forced =
        CommandLineRun.of("plan --load %s --ranks 4 --force --output %s", load, existing);
    assertEquals(0, forced.code(), forced.err());
    assertTrue(Files.readString(existing).contains("moe_layer_count"));
  }

  @Test
  void answersContradictionsToTheCurrentMapWithOneLineAndCode2() throws IOException {
    Path map = write("map.json", vllmAscendMap());
    Path load = write("load.json", "[[1,2,3,4,5]]");
    Path output = folder.resolve("new.json");
    assertRefused("ranks", "plan --load %s --current %s --ranks 2 --output %s", load, map, output);
    assertRefused(
        "--redundant-experts 2 (command line) contradicts",
        "plan --load %s --current %s --ranks 3 --redundant-experts 2 --output %s",
        load,
        map,
        output);
    Path wrongShape = write("wrong.json", "[[1,2,3,4]]");
    assertRefused(
        "they must agree",
        "plan --load %s --current %s --ranks 3 --output %s",
        wrongShape,
        map,
        output);
    assertRefused(
        "--workload needs --current", "plan --workload %s --ranks 3 --output %s", load, output);
  }

  private void assertRefused(String expected, String line, Object... values) throws IOException {
    Map<Path, byte[]> before = files();
    CommandLineRun.assertRefused(expected, line, values);
    Map<Path, byte[]> after = files();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, content) -> assertArrayEquals(content, after.get(file)));
  }

  private Map<Path, byte[]> files() throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private JsonNode planExample(Path map, String options, Object... values) throws IOException {
    String line = "plan --load %s --ranks 32 --output %s --json ";
    String slots = options.contains("--current") ? "" : "--redundant-experts 32 ";
    return CommandLineRun.of(line + slots + options, RECORDING, map, values).json();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** One layer, five experts on three ranks of two slots; expert 0 twice. */
  private static String vllmAscendMap() {
    return "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":3,"
        + "\"device_list\":[{\"device_id\":0,\"device_expert\":[0,1]},"
        + "{\"device_id\":1,\"device_expert\":[2,3]},"
        + "{\"device_id\":2,\"device_expert\":[0,4]}]}]}";
  }
}
