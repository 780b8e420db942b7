package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.update.promise.RankGate.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no gates, and gates whose bytes another program has damaged. */
class HostileGateTest {
  private static final GateShape SHAPE = GateShape.of(GateRig.FIRST, 0);

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void create() {
    file = folder.resolve("gate");
    new GateRig(GateMemory.createOrOpen(file, SHAPE), 0);
  }

  private String refusal(byte[] content) throws IOException {
    Files.write(file, content);
    String agent =
        assertThrows(InvalidInputException.class, () -> GateMemory.open(file, SHAPE)).getMessage();
    String engine =
        assertThrows(InvalidInputException.class, () -> GateMemory.createOrOpen(file, SHAPE))
            .getMessage();
    assertEquals(agent, engine);
    assertEquals(content.length, Files.size(file), "a refused file stays as it is");
    return Objects.requireNonNull(agent);
  }

  private byte[] gateWith(int word, long value) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putLong(word * Long.BYTES, value);
    return bytes;
  }

  @Test
  void aFileThatIsNoGateIsRefused() throws IOException {
    byte[] gate = Files.readAllBytes(file);
    String foreign = file + " is no file that an engine shares with its agent; name another folder";
    assertEquals(foreign, refusal(new byte[0]));
    assertEquals(foreign, refusal(new byte[gate.length]));
    assertEquals(foreign, refusal(Arrays.copyOf(gate, 511)));
    assertEquals(
        "%s has %d bytes; it should have %d: remove it and start its engine again"
            .formatted(file, gate.length - 1, gate.length),
        refusal(Arrays.copyOf(gate, gate.length - 1)));
    refusal(Arrays.copyOf(gate, gate.length + 1));
  }

  @Test
  void aGateOfAnotherLayoutOrShapeIsRefused() throws IOException {
    assertEquals(
        file + " has version 2 of its layout; this program has version 1", refusal(gateWith(1, 2)));
    Files.delete(file);
    create();
    assertTrue(refusal(gateWith(3, 9)).contains(" is for 9 layers, 4 experts, 2 ranks"));
    for (int word = 2; word < 8; word++) {
      Files.delete(file);
      create();
      refusal(gateWith(word, -1));
    }
  }

  @Test
  void aMissingFileOrFolderIsNamed() {
    Path missing = folder.resolve("none");
    assertEquals(
        missing + " cannot be opened: no such file or folder",
        assertThrows(InvalidInputException.class, () -> GateMemory.open(missing, SHAPE))
            .getMessage());
    Path inFile = file.resolve("gate");
    assertThrows(InvalidInputException.class, () -> GateMemory.createOrOpen(inFile, SHAPE));
  }

  @Test
  void tablesThatCannotBeMappedAreRefused() {
    GateShape large = new GateShape(1_000, 4, 1_000, 1_000, 0);
    assertThrows(InvalidInputException.class, () -> GateMemory.createOrOpen(file, large));
  }

  @Test
  void aProcessThatDiedWhileItMadeTheFileLeavesNothingThatCounts() throws IOException {
    Files.delete(file);
    Files.write(folder.resolve("gate.new"), new byte[] {1, 2, 3});
    assertThrows(InvalidInputException.class, () -> GateMemory.open(file, SHAPE));
    assertNotNull(new GateRig(GateMemory.createOrOpen(file, SHAPE), 0).engine.tryBegin(0));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Property(tries = 300)
  void aDamagedChangeIsNeverCarriedOut(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GateRig rig = new GateRig(0);
    assertTrue(rig.agent.promise(GateRig.change(1), 0));
    rig.agent.commit();
    int length = (int) rig.memory.bytes().getLong(SHAPE.change() + Long.BYTES) + 2 * Long.BYTES;
    int at = SHAPE.change() + random.nextInt(length);
    rig.memory.bytes().put(at, (byte) (rig.memory.bytes().get(at) ^ 1 << random.nextInt(8)));
    assertEquals(
        "the change from step 0 on failed: the change in the gate's memory is damaged",
        assertThrows(InternalException.class, () -> rig.engine.tryBegin(0)).getMessage());
    assertEquals(Phase.BROKEN, rig.agent.status().phase());
    assertTrue(rig.weights.calls.isEmpty());
  }

  /** Any word may hold anything: calls fail in words, and none loops or leaves the memory. */
  @Property(tries = 1_000)
  void anyBytesLeadToAnAnswerOrToAnErrorInWords(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GateRig rig = new GateRig(0);
    if (random.nextBoolean()) {
      rig.agent.promise(GateRig.change(1), random.nextInt(3));
    }
    if (random.nextBoolean() && rig.agent.status().phase() == Phase.PROMISED) {
      rig.agent.commit();
    }
    int size = rig.memory.bytes().capacity();
    for (int times = random.nextInt(1, 40); times > 0; times--) {
      int word = random.nextInt(512 / Long.BYTES, size / Long.BYTES) * Long.BYTES;
      if (random.nextBoolean()) {
        word = 512 + random.nextInt(8) * 128 + random.nextInt(2) * Long.BYTES;
      }
      rig.memory.bytes().putLong(word, random.nextLong() >>> random.nextInt(64));
    }
    GateRig[] ours = {rig};
    for (Runnable call :
        new Runnable[] {
          () -> ours[0].engine.tryBegin(0),
          () -> ours[0].engine.end(0),
          () -> ours[0].engine.tryBegin(1),
          () -> ours[0].engine.tryStart(),
          () -> ours[0].agent.status(),
          () -> ours[0].agent.endedBelow(),
          () -> ours[0].agent.promise(GateRig.change(1), 5),
          () -> ours[0].agent.commit(),
          () -> ours[0].agent.withdraw(),
          () -> new AgentGate(ours[0].memory).engineState(),
          () -> new EngineGate(ours[0].memory, ours[0].weights, Runnable::run).tryStart(),
          () -> ours[0].agent.fail("over")
        }) {
      try {
        call.run();
      } catch (InvalidInputException | InternalException | IllegalStateException inWords) {
        assertTrue(Objects.requireNonNull(inWords.getMessage()).length() < 1_000);
      }
    }
  }
}
