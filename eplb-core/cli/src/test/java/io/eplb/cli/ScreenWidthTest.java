package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All that commands print about the shipped recording fits a terminal of 80 columns. */
class ScreenWidthTest {
  private static final int WIDTH = 80;
  private static final String RECORDING = "../examples/glm52-mixed.npy";
  private static final String GROUP = " --ranks 32 --nodes 4 --redundant-experts 32";

  @TempDir static Path folder = Path.of(".");

  @BeforeAll
  static void writeMaps() {
    run("plan --load " + RECORDING + GROUP + " --window 0 --output " + map("old.json"));
    run(
        "plan --load %s --nodes 4 --window 7 --current %s --output %s"
            .formatted(RECORDING, map("old.json"), map("new.json")));
    run("plan --load " + RECORDING + GROUP + " --output-format trtllm --output " + map("t.yaml"));
  }

  private static String map(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandLineRun run(String line) {
    CommandLineRun run = CommandLineRun.of(line);
    assertEquals(0, run.code(), run.err());
    return run;
  }

  private static void assertFits(String output) {
    for (String line : output.lines().toList()) {
      String shown = line.replace(RECORDING, "glm52-mixed.npy").replaceAll("(?<=^|\\s)/\\S*/", "");
      assertTrue(
          shown.codePointCount(0, shown.length()) <= WIDTH,
          () -> shown.length() + " columns: " + shown);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyReportFits() {
    String plan = "plan --load " + RECORDING + GROUP;
    String simulate = "simulate --trace " + RECORDING + GROUP + " --policies ";
    return Stream.of(
            plan,
            plan + " --groups 8 --repeat 2 --expert-bytes 40000000 --link-gbps 400",
            plan + " --survive 1 --failed 3,7 --rank-speed " + "1,".repeat(31) + "0.5",
            plan + " --dispatch lp --policy random --duplicates allow",
            simulate
                + "static,default,incremental,flashlb:window-size=5,ascend-default,clairvoyant",
            simulate + "default,random --estimator ema --survive 1 --dispatch lp",
            simulate + "static,incremental --dispatch lp --measure activated",
            simulate
                + "default,random --steps-per-window 2 --step-time 50,0.01,5"
                + " --expert-bytes 40000000 --link-gbps 400",
            simulate
                + "static,random --steps-per-window 2 --measure activated --dispatch single"
                + " --step-time 999999,1000,1000 --expert-bytes 40000000 --link-gbps 0.1",
            "bench --policies static,default --redundant-experts 32 --ranks 32 --trace "
                + RECORDING,
            "advise --ranks 32 --nodes 4 --groups 8 --max-redundant 64 --expert-bytes 40000000 --trace "
                + RECORDING,
            "advise --ranks 32 --steps-per-window 2 --step-time 999999,1000,1000 --max-redundant 32"
                + " --expert-bytes 40000000 --link-gbps 0.1 --trace "
                + RECORDING,
            "policies",
            "verify " + map("old.json"),
            "verify " + map("old.json") + " --dispatch single --load " + RECORDING,
            "verify " + map("t.yaml"),
            "diff --expert-bytes 40000000 --link-gbps 400 "
                + map("old.json")
                + " "
                + map("new.json"),
            "repair --failed 3 --nodes 4 --load " + RECORDING + " --current " + map("old.json"),
            "repair --failed 3,5,31 --current " + map("old.json"),
            "rescale --ranks 40 --load " + RECORDING + " --current " + map("old.json"),
            "rescale --ranks 30 --slots 10 --leaving 3,4 --current " + map("old.json"),
            "convert --to sglang " + map("old.json") + " " + map("converted.json"),
            "convert --sort-slots --to omni-infer " + map("old.json") + " " + map("converted.npy"),
            "config show",
            "demo --steps 60 --step-millis 0 --fail 3@20 --return 3@40")
        .map(line -> DynamicTest.dynamicTest(line, () -> assertFits(run(line).out())));
  }

  @TestFactory
  Stream<DynamicTest> theDifferenceOfMapsFits() {
    return Stream.of("old.json new.json", "old.json t.yaml", "old.json old.json new.json t.yaml")
        .map(names -> "verify " + names.replaceAll("(\\S+)", folder + "/$1"))
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line,
                    () -> {
                      CommandLineRun run = CommandLineRun.of(line);
                      assertEquals(4, run.code(), run.err());
                      assertFits(run.out());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyHelpFits() {
    List<CommandLine> commands = new ArrayList<>();
    addWithSubcommands(new CommandLine(new Eplb()), commands);
    assertTrue(commands.size() > 12);
    return commands.stream()
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command.getCommandSpec().qualifiedName(),
                    () -> assertFits(command.getUsageMessage())));
  }

  private static void addWithSubcommands(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(each -> addWithSubcommands(each, all));
  }
}
