package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.foreign.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedWeightsTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 3);
  private static final ExpertTable TABLE = ExpertTable.initial(2, TOPOLOGY);
  private static final WeightsShape SHAPE = WeightsShape.of(TABLE, 2, 64);

  @TempDir Path path;

  private SharedFolder folder;
  private final Queue<Runnable> copies = new ArrayDeque<>();

  @BeforeEach
  void load() {
    folder = new SharedFolder(path.resolve("engines"));
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      engine(rank).load(TABLE);
    }
  }

  private SharedWeights engine(int rank) {
    return SharedWeights.createOrOpen(folder, SHAPE, rank, Runnable::run);
  }

  private SharedWeights agent(int rank) {
    return SharedWeights.open(folder, SHAPE, rank, copies::add);
  }

  private void runCopies() {
    for (Runnable copy = copies.poll(); copy != null; copy = copies.poll()) {
      copy.run();
    }
  }

  @Test
  void aRankHoldsTheExpertsOfItsTable() {
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      assertEquals(2 * 3 * 64, agent(rank).verify(TABLE));
    }
  }

  @Test
  void anExpertIsReceivedFromAnotherRankAndExchangedByTheEngine() {
    SharedWeights agent = agent(0);
    CompletableFuture<Void> received = agent.receive(1, 1, 0, 0, 1).toCompletableFuture();
    assertFalse(received.isDone());
    runCopies();
    received.join();
    agent.verify(1, 3, 0, 1);
    assertThrows(InternalException.class, () -> agent.verify(0, 3, 0, 1));
    SharedWeights engine = engine(0);
    engine.exchange(1, 0, 0, 1);
    assertEquals(64, agent.read(table(1, 0, 0, 3), 1, 0), "the other process sees the exchange");
    InternalException wrong = assertThrows(InternalException.class, () -> agent.read(TABLE, 1, 0));
    assertEquals(
        "layer 1, rank 0, slot 0: the weights are those of layer 1, expert 3; version 0 says expert 0",
        wrong.getMessage());
    agent.verify(1, 0, 0, 1);
    agent.receive(1, 0, 0, 0, 0);
    runCopies();
    agent.verify(1, 3, 0, 0);
  }

  private static ExpertTable table(int layer, int rank, int slot, int expert) {
    return ExpertTable.of(
        0, TOPOLOGY.experts(), Placement.builder(TABLE).set(layer, rank, slot, expert).build());
  }

  @Test
  void anExpertIsLoadedFromTheCheckpoint() {
    SharedWeights agent = agent(1);
    CompletableFuture<Void> loaded = agent.load(0, 2, 1, 0).toCompletableFuture();
    runCopies();
    loaded.join();
    agent.verify(0, 2, 1, 0);
  }

  @Test
  void aBufferIsWrittenByOneCopyAtATime() {
    SharedWeights agent = agent(0);
    agent.load(0, 1, 0, 0);
    assertThrows(InvalidInputException.class, () -> agent.load(0, 1, 0, 0));
    assertThrows(InvalidInputException.class, () -> agent.receive(0, 1, 0, 0, 0));
    runCopies();
    agent.load(0, 1, 0, 0);
  }

  @Test
  void aRankTouchesNoMemoryOfAnother() {
    SharedWeights agent = agent(0);
    assertThrows(InvalidInputException.class, () -> agent.receive(0, 0, 0, 1, 0));
    assertThrows(InvalidInputException.class, () -> agent.load(0, 0, 1, 0));
    assertThrows(InvalidInputException.class, () -> agent.exchange(0, 1, 0, 0));
    assertThrows(InvalidInputException.class, () -> agent.verify(0, 0, 1, 0));
    assertThrows(InvalidInputException.class, () -> agent.receive(0, 2, 0, 0, 0));
    assertThrows(InvalidInputException.class, () -> agent.receive(2, 1, 0, 0, 0));
    assertThrows(InvalidInputException.class, () -> agent.load(0, 0, 0, 2));
  }

  @Test
  void aRankWhoseFileIsGoneOrCutFailsTheCopyAlone() throws IOException {
    SharedWeights agent = agent(0);
    Path other = folder.weights(1);
    byte[] whole = Files.readAllBytes(other);
    Files.delete(other);
    assertTrue(failure(agent.receive(0, 1, 0, 0, 0).toCompletableFuture()).contains("weights-1"));
    Files.write(other, Arrays.copyOf(whole, whole.length - 64));
    assertTrue(
        failure(agent.receive(0, 1, 0, 0, 0).toCompletableFuture()).contains("it should have"));
    Files.write(other, new byte[whole.length]);
    assertTrue(failure(agent.receive(0, 1, 0, 0, 0).toCompletableFuture()).contains("is no file"));
    Files.write(other, whole);
    CompletableFuture<Void> received = agent.receive(0, 1, 0, 0, 0).toCompletableFuture();
    runCopies();
    received.join();
    agent.verify(0, 3, 0, 0);
  }

  private String failure(CompletableFuture<Void> copy) {
    runCopies();
    return FailureReason.words(assertThrows(CompletionException.class, copy::join));
  }

  @Test
  void anEngineThatStartsAnewLoadsEverythingAgain() {
    engine(0).exchange(0, 0, 0, 0);
    engine(0).exchange(1, 0, 1, 0);
    assertThrows(InternalException.class, () -> agent(0).verify(TABLE));
    engine(0).load(TABLE);
    agent(0).verify(TABLE);
  }

  @Test
  void aFileOfAnotherShapeIsRefusedWithBothShapes() {
    WeightsShape larger = WeightsShape.of(ExpertTable.initial(3, TOPOLOGY), 2, 64);
    assertEquals(
        folder.weights(0)
            + " is for 2 layers, 4 experts, 2 ranks, 3 slots per rank, 2 buffers, 64 bytes per expert, rank 0; it has to be for 3 layers, 4 experts, 2 ranks, 3 slots per rank, 2 buffers, 64 bytes per expert, rank 0: remove it, or name another folder",
        assertThrows(
                InvalidInputException.class,
                () -> SharedWeights.createOrOpen(folder, larger, 0, Runnable::run))
            .getMessage());
    assertThrows(
        InvalidInputException.class,
        () ->
            SharedWeights.createOrOpen(
                folder, WeightsShape.of(TABLE, 65_536, 1 << 20), 0, copies::add));
    assertThrows(InvalidInputException.class, () -> WeightsShape.of(TABLE, 2, 12));
  }
}
