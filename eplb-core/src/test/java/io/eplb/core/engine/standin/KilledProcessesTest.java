package io.eplb.core.engine.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.record.RecordEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine and an agent as processes, which are killed and stopped at random arrows. Afterwards
 * every step has run with the version of its fence, and memory holds the bytes of the table.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledProcessesTest {
  private static final int FAULTS = 12;
  private static final int MOST_LINES_BETWEEN = 30;

  @TempDir Path path;

  private final SplittableRandom random = new SplittableRandom(System.nanoTime());
  private Path shared;
  private Path logs;
  private Path record;
  private @Nullable Process engine;
  private @Nullable Process agent;
  private @Nullable BufferedReader arrows;

  @BeforeEach
  void start() throws IOException {
    // In memory, as in earnest, where the machine has that.
    shared = SharedFolder.named("eplb-test-" + ProcessHandle.current().pid()).path();
    logs = path.resolve("logs");
    record = path.resolve("record");
    startEngine();
    startAgent();
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    kill(engine);
    kill(agent);
    if (Files.exists(shared)) {
      try (var files = Files.list(shared)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(shared);
    }
  }

  private static void kill(@Nullable Process process) throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process java(Class<?> main, Path... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(path.resolve("errors").toFile()))
        .start();
  }

  private void startEngine() throws IOException {
    engine = java(OneRankEngine.class, shared, logs);
  }

  private void startAgent() throws IOException {
    Process started =
        java(OneRankAgent.class, shared, record, Path.of(Long.toString(random.nextLong(1 << 30))));
    agent = started;
    arrows = started.inputReader(StandardCharsets.UTF_8);
  }

  /** Reads the agent's lines up to a number of switches. */
  private void awaitSwitches(int count) throws IOException {
    int switched = 0;
    while (switched < count) {
      switched += "switched".equals(arrow()) ? 1 : 0;
    }
  }

  private String arrow() throws IOException {
    String line = Objects.requireNonNull(arrows).readLine();
    assertTrue(line != null, () -> "the agent has ended: " + errors());
    return line;
  }

  private String errors() {
    try {
      return Files.readString(path.resolve("errors"));
    } catch (IOException none) {
      return "";
    }
  }

  private void signal(Process process, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void whateverIsKilledEveryStepHasTheVersionOfItsFence() throws Exception {
    awaitSwitches(3);
    for (int fault = 0; fault < FAULTS; fault++) {
      for (int line = random.nextInt(MOST_LINES_BETWEEN); line >= 0; line--) {
        arrow();
      }
      switch (fault % 4) {
        case 0, 2 -> {
          kill(agent);
          startAgent();
        }
        case 1 -> {
          kill(engine);
          startEngine();
        }
        default -> stopAndGoOn(fault % 8 == 3 ? engine : agent);
      }
      awaitSwitches(2);
    }
    kill(agent);
    settle();
    verify();
  }

  /** Stops a process while the other goes on for a while. */
  private void stopAndGoOn(@Nullable Process process) throws IOException, InterruptedException {
    signal(Objects.requireNonNull(process), "STOP");
    long before = gate().nextStep();
    if (process == agent) {
      // The engine serves on, unless it waits at a fence for the agent.
      while (gate().nextStep() < before + 20 && !gate().status().waiting()) {
        Thread.onSpinWait();
      }
    }
    signal(process, "CONT");
  }

  private AgentGate gate() {
    return new AgentGate(GateMemory.open(shared.resolve("gate-0"), OneRank.SHAPE.gate(0)));
  }

  /** Lets a last agent end what the killed one has left. */
  private void settle() throws IOException, InterruptedException {
    startAgent();
    awaitSwitches(1);
    kill(agent);
    AgentGate last = gate();
    var pending = last.view().pending();
    if (pending != null && !pending.committed()) {
      if (OneRankAgent.last(record)[0] >= pending.change().version()) {
        last.commit();
      } else {
        last.withdraw();
      }
    }
    while (last.view().pending() != null) {
      Thread.onSpinWait();
    }
  }

  private void verify() throws IOException, InterruptedException {
    AgentGate last = gate();
    long step = last.nextStep();
    while (last.nextStep() < step + 10) {
      assertTrue(Objects.requireNonNull(engine).isAlive(), this::errors);
      Thread.onSpinWait();
    }
    kill(engine);
    assertEquals(OneRankAgent.last(record)[0], last.view().table().version());
    assertEquals(OneRank.table(last.view().table().version()), last.view().table());
    SharedWeights.open(new SharedFolder(shared), OneRank.SHAPE, 0, Runnable::run)
        .verify(last.view().table());
    StepLogCheck.Result result = StepLogCheck.check(logs, 1, entries());
    assertEquals(List.of(), result.faults());
    assertTrue(result.versions() > FAULTS && result.starts() > FAULTS / 4, result.toString());
    assertFalse(errors().contains("Error"), this::errors);
  }

  private List<RecordEntry> entries() throws IOException {
    ByteBuffer commits = ByteBuffer.wrap(Files.readAllBytes(record));
    List<RecordEntry> entries = new ArrayList<>();
    while (commits.hasRemaining()) {
      entries.add(
          new RecordEntry(
              1,
              commits.getLong(),
              commits.getLong(),
              "digest",
              RecordEntry.State.SETTLED,
              null,
              false,
              List.of()));
    }
    return entries;
  }
}
