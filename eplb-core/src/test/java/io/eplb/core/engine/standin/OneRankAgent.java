package io.eplb.core.engine.standin;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.lock.ProcessLock;
import io.eplb.core.update.promise.RankGate.Pending;
import io.eplb.core.update.promise.RankGate.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * The agent of the one rank as a program, which is its own planner: one switch after another. A
 * file is the record: each commit adds its version and fence by one write. Prints a line at each
 * arrow, so that the test can kill it there, or the engine. Arguments: folder of shared files,
 * record, seed.
 */
public final class OneRankAgent {
  private final SharedFolder folder;
  private final Path record;
  private final SplittableRandom random;

  private OneRankAgent(SharedFolder folder, Path record, long seed) {
    this.folder = folder;
    this.record = record;
    this.random = new SplittableRandom(seed);
  }

  /** Switches until killed. */
  @SuppressWarnings("try") // The lock is held, not used.
  public static void main(String[] arguments) throws IOException {
    SharedFolder folder = new SharedFolder(Path.of(arguments[0]));
    OneRankAgent agent =
        new OneRankAgent(folder, Path.of(arguments[1]), Long.parseLong(arguments[2]));
    try (ProcessLock lock = ProcessLock.take(folder.agentLock(0), "the agent of rank 0")) {
      while (true) {
        agent.attach();
      }
    }
  }

  private static void say(String arrow) {
    System.out.println(arrow);
  }

  /** Serves one start of the engine. */
  private void attach() throws IOException {
    AgentGate gate;
    try {
      gate = new AgentGate(GateMemory.open(folder.gate(0), OneRank.SHAPE.gate(0)));
    } catch (io.eplb.api.InvalidInputException | IllegalStateException noEngine) {
      Thread.onSpinWait();
      return;
    }
    try {
      if (gate.engineState() == EngineState.STARTING) {
        long[] last = last(record);
        gate.start(OneRank.table(last[0]), Math.max(last[1], gate.nextStep()));
        say("started");
      }
      while (gate.engineState() == EngineState.LOADING) {
        Thread.onSpinWait();
      }
      finish(gate);
      SharedWeights weights = SharedWeights.open(folder, OneRank.SHAPE, 0, Runnable::run);
      while (true) {
        change(gate, weights);
      }
    } catch (IllegalStateException restarted) {
      say("engine lost: " + restarted.getMessage());
    }
  }

  /** Ends the promise that an agent before this one has made. */
  private void finish(AgentGate gate) throws IOException {
    Pending pending = gate.view().pending();
    if (pending != null && !pending.committed()) {
      if (last(record)[0] >= pending.change().version()) {
        gate.commit();
        say("finished");
      } else {
        gate.withdraw();
        say("withdrawn");
      }
    }
    await(gate);
  }

  private static void await(AgentGate gate) {
    Phase phase = gate.status().phase();
    while (phase == Phase.COMMITTED) {
      Thread.onSpinWait();
      phase = gate.status().phase();
    }
    if (phase != Phase.OPEN) {
      throw new IllegalStateException(gate.status().reason());
    }
  }

  private void change(AgentGate gate, SharedWeights weights) throws IOException {
    long version = gate.view().table().version() + 1;
    OneRank.prepare(weights, version);
    say("prepared");
    long fence = gate.nextStep() + random.nextInt(8);
    if (!gate.promise(OneRank.change(version), fence)) {
      return;
    }
    say("promised");
    if (random.nextInt(4) == 0) {
      gate.withdraw();
      say("withdrawn");
      return;
    }
    commit(record, version, fence);
    say("decided");
    gate.commit();
    say("committed");
    await(gate);
    say("switched");
  }

  private static void commit(Path record, long version, long fence) throws IOException {
    try (FileChannel file =
        FileChannel.open(record, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      file.write(ByteBuffer.allocate(2 * Long.BYTES).putLong(version).putLong(fence).flip());
    }
  }

  /** Returns version and fence of the last commit; zeros before the first. */
  static long[] last(Path record) throws IOException {
    byte[] bytes = Files.exists(record) ? Files.readAllBytes(record) : new byte[0];
    int end = bytes.length - 2 * Long.BYTES;
    ByteBuffer last = ByteBuffer.wrap(bytes);
    return end < 0 ? new long[2] : new long[] {last.getLong(end), last.getLong(end + Long.BYTES)};
  }
}
