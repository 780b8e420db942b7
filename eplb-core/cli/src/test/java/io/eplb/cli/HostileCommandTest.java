package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.hostile.HostileBytes;
import io.eplb.core.hostile.HostileRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole commands on damaged files: each succeeds, or says in one line why not and leaves no output.
 * The files stay as they are.
 */
class HostileCommandTest {
  private static final String LOADS =
      "[[[5, 1, 2, 3], [1, 7, 0, 2]], [[4, 4, 1, 0], [2, 2, 9, 1]]]";
  private static final String WORKLOAD = "[[[5, 1, 2], [3, 1, 1]], [[1, 7, 0], [2, 2, 2]]]";
  private static final String MAP =
      "{\"physical_to_logical_map\": [[0, 1, 2, 3, 0, 1], [0, 1, 2, 3, 1, 0]]}";
  private static final String CONFIGURATION = "eplb_policy: default\nnum_redundant_experts: 2\n";
  private static final String SPEEDS = "1,0.5\n";

  /** The command lines by the file that is damaged; the others are whole. */
  private static final Map<String, List<String>> COMMANDS =
      Map.of(
          "loads.json",
          List.of(
              "plan --load %s/loads.json --ranks 2 --redundant-experts 2 --output %s/out.json",
              "simulate --trace %s/loads.json --ranks 2 --policies default,static --json",
              "verify %s/map.json --ranks 2 --load %s/loads.json"),
          "workload.json",
          List.of(
              "plan --workload %s/workload.json --current %s/map.json --ranks 2 --output %s/out.json"),
          "map.json",
          List.of(
              "verify %s/map.json --ranks 2",
              "diff %s/map.json %s/whole.json --ranks 2",
              "repair --current %s/map.json --ranks 3 --failed 2 --output %s/out.json",
              "convert --from sglang --to trtllm %s/map.json %s/out.yaml --ranks 2",
              "plan --load %s/loads.json --current %s/map.json --ranks 2 --output %s/out.json"),
          "eplb.yaml",
          List.of(
              "config check %s/eplb.yaml",
              "plan --load %s/loads.json --config %s/eplb.yaml --ranks 2 --output %s/out.json"),
          "speeds.txt",
          List.of(
              "plan --load %s/loads.json --ranks 2 --rank-speed %s/speeds.txt --output %s/out.json"));

  private static final Map<String, String> WHOLE =
      Map.of(
          "loads.json", LOADS,
          "workload.json", WORKLOAD,
          "map.json", MAP,
          "whole.json", MAP,
          "eplb.yaml", CONFIGURATION,
          "speeds.txt", SPEEDS);

  /** Done; the input is wrong; there is no plan for it, such as for too few slots. */
  private static final Set<Integer> CODES = Set.of(0, 2, 3);

  @TempDir private Path folder;

  @Test
  void everyCommandSucceedsOnWholeFiles() throws Exception {
    for (String file : COMMANDS.keySet()) {
      for (String command : COMMANDS.getOrDefault(file, List.of())) {
        assertEquals("", run(command, file, bytes(file)), command);
      }
    }
  }

  @Test
  void everyCommandOnADamagedFileSucceedsOrSaysWhyNotInOneLine() throws Exception {
    List<String> files = COMMANDS.keySet().stream().sorted().toList();
    new HostileRun(HostileCommandTest.class, "commands", 50)
        .attack(
            random -> {
              String file = pick(files, random);
              String command = pick(COMMANDS.getOrDefault(file, List.of()), random);
              byte[] damaged = HostileBytes.damaged(List.of(bytes(file)), random);
              return new HostileBytes(
                  damaged, content -> run(command, file, content), Long.MAX_VALUE);
            });
  }

  private static String pick(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static byte[] bytes(String file) {
    return WHOLE.getOrDefault(file, "").getBytes(StandardCharsets.UTF_8);
  }

  /** Runs a command and returns its line on the error stream if it fails. */
  private String run(String command, String damaged, byte[] content) throws IOException {
    clear();
    for (String file : WHOLE.keySet()) {
      Files.write(folder.resolve(file), file.equals(damaged) ? content : bytes(file));
    }
    CommandLineRun run = CommandLineRun.of(command.replace("%s", folder.toString()));
    for (String file : WHOLE.keySet()) {
      byte[] whole = file.equals(damaged) ? content : bytes(file);
      assertArrayEquals(whole, Files.readAllBytes(folder.resolve(file)), file);
    }
    assertTrue(CODES.contains(run.code()), () -> run.code() + ": " + run.err());
    if (run.code() == 0) {
      return "";
    }
    assertEquals(WHOLE.keySet(), names());
    assertEquals(1, run.err().lines().count(), run::err);
    return run.err().strip();
  }

  private Set<String> names() throws IOException {
    Set<String> names = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    }
    return names;
  }

  private void clear() throws IOException {
    for (String name : names()) {
      Files.delete(folder.resolve(name));
    }
  }
}
