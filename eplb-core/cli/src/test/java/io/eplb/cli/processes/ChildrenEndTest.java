package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.Eplb;
import io.eplb.cli.shell.ParentProcess;
import io.eplb.server.cluster.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes of a demonstration end with it, and those that are nobody's children do not. */
class ChildrenEndTest {
  private static final File NOTHING = new File("/dev/null");

  /** A limit for a test that fails, not for one that passes. */
  private static final long FAILED_MINUTES = 3;

  private static final Duration LOOK = Duration.ofMillis(10);

  @TempDir Path folder = Path.of(".");

  private ProcessBuilder program(List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Djava.io.tmpdir=" + folder,
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Eplb.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private Process zookeeper(String... options) throws IOException {
    String data = folder.resolve("data").toString();
    return program(List.of(options), "zookeeper", "--data", data, "--port", "0")
        .redirectInput(NOTHING)
        .start();
  }

  @Test
  void aChildEndsAtOnceWhenItsStandardInputHasEnded() throws Exception {
    Process child = zookeeper("-D" + ParentProcess.PROPERTY + "=true");
    assertNull(child.inputReader().readLine());
    assertEquals(0, child.waitFor());
  }

  @Test
  void aProgramThatIsNoChildRunsWithoutAStandardInput() throws Exception {
    Process program = zookeeper();
    try {
      assertTrue(String.valueOf(program.inputReader().readLine()).startsWith("listening on "));
    } finally {
      program.destroy();
      assertEquals(0, program.waitFor());
    }
  }

  @Test
  void allProcessesOfADemonstrationEndWhenItIsKilledWhileTheyStart() throws Exception {
    Path trace = Files.writeString(folder.resolve("trace.json"), "[[90,10,10,10],[10,90,10,10]]");
    Process demonstration =
        program(
                List.of(),
                "demo",
                "--processes",
                "2",
                "--redundant-experts",
                "2",
                "--trace",
                trace.toString())
            .redirectOutput(NOTHING)
            .redirectError(NOTHING)
            .start();
    Patience patience = new Patience();
    List<ProcessHandle> children = List.of();
    while (children.size() < 7 && demonstration.isAlive()) { // ZooKeeper, planners, ranks
      children = demonstration.children().toList();
      patience.pause(LOOK);
    }
    demonstration.destroyForcibly().waitFor();
    assertEquals(7, children.size());
    CompletableFuture.allOf(
            children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .get(FAILED_MINUTES, TimeUnit.MINUTES);
    Path memory = Path.of("/dev/shm/eplb-demo-" + demonstration.pid());
    DemoFolders.create(0).close();
    assertFalse(Files.exists(memory), "the next demonstration left " + memory);
  }
}
