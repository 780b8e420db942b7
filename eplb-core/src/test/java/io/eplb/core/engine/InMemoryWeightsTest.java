package io.eplb.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InMemoryWeightsTest {
  /** Two layers of experts 0…3, two per rank. */
  private final ExpertTable table = ExpertTable.initial(2, EpTopology.of(4, 2, 1, 1, 2));

  private final ArrayDeque<Runnable> copies = new ArrayDeque<>();
  private final InMemoryWeights weights = new InMemoryWeights(table, 2, 64, copies::add);

  @Test
  void everySlotHoldsItsExpertFromTheStart() {
    assertEquals(2 * 4 * 64, weights.verify(table));
    assertEquals(64, weights.read(table, 1, 1, 0));
  }

  @Test
  void whatIsReceivedServesOnceItHasChangedPlacesWithASlot() {
    CompletableFuture<Void> there = weights.receive(1, 1, 0, 0, 1).toCompletableFuture();
    CompletableFuture<Void> back = weights.receive(1, 0, 0, 1, 0).toCompletableFuture();
    assertEquals(2, weights.buffersBeingWritten());
    assertFalse(there.isDone());
    copies.remove().run();
    copies.remove().run();
    there.join();
    back.join();
    assertEquals(0, weights.buffersBeingWritten());
    weights.verify(table);

    weights.exchange(1, 0, 0, 1);
    weights.exchange(1, 1, 0, 0);
    Placement swapped = Placement.builder(table).setLayer(1, new int[] {2, 1, 0, 3}, 0).build();
    weights.verify(ExpertTable.of(1, 4, swapped));
    weights.exchange(1, 0, 0, 1);
    weights.exchange(1, 1, 0, 0);
    weights.verify(table);
  }

  @Test
  void wrongBytesAreFoundAndNamed() {
    weights.receive(0, 1, 1, 0, 0);
    copies.remove().run();
    weights.exchange(0, 0, 1, 0);
    assertMessage(
        InternalException.class,
        "layer 0, rank 0, slot 1: the weights are those of layer 0, expert 3; version 0 says expert 1",
        () -> weights.read(table, 0, 0, 1));
    weights.exchange(1, 0, 1, 1);
    assertMessage(
        InternalException.class,
        "layer 1, rank 0, slot 1: the weights are nobody's; version 0 says expert 1",
        () -> weights.read(table, 1, 0, 1));
  }

  @Test
  void aTableThatIsNotInForceIsToldApartFromWrongBytes() {
    ExpertTable next =
        ExpertTable.of(
            7, 4, Placement.builder(table).setLayer(1, new int[] {2, 1, 0, 3}, 0).build());
    weights.receive(1, 1, 0, 0, 0);
    copies.remove().run();
    weights.exchange(1, 0, 0, 0);
    weights.switched(next);
    assertEquals(64, weights.read(next, 1, 0, 0));
    assertEquals(64, weights.read(table, 0, 0, 0));
    assertMessage(
        InternalException.class,
        "layer 1, rank 0, slot 0: read with version 0, which says expert 0; version 7 is in force"
            + " and says expert 2, which is what is there",
        () -> weights.read(table, 1, 0, 0));
    assertMessage(
        InternalException.class,
        "layer 1, rank 1, slot 0: the weights are those of layer 1, expert 2; version 7 says expert 0",
        () -> weights.read(next, 1, 1, 0));
  }

  @Test
  void aCopyThatFindsNoThreadFailsAndItsBufferCanBeUsedAgain() {
    AtomicBoolean full = new AtomicBoolean(true);
    InMemoryWeights crowded =
        new InMemoryWeights(
            table,
            1,
            64,
            copy -> {
              if (full.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              copy.run();
            });
    CompletableFuture<Void> failed = crowded.receive(0, 1, 1, 0, 0).toCompletableFuture();
    assertTrue(failed.isCompletedExceptionally());
    assertEquals(0, crowded.buffersBeingWritten());
    full.set(false);
    crowded.receive(0, 1, 1, 0, 0).toCompletableFuture().join();
    crowded.verify(table);
  }

  @Test
  void aBufferThatIsWrittenIsNeitherWrittenTwiceNorUsed() {
    weights.receive(0, 1, 1, 0, 0);
    assertMessage(
        InvalidInputException.class,
        "buffer 0 of rank 0 is being written; a copy into it must end before the next",
        () -> weights.receive(0, 1, 0, 0, 0));
    assertMessage(
        InvalidInputException.class,
        "buffer 0 of rank 0 is being written; its content cannot be used yet",
        () -> weights.exchange(0, 0, 0, 0));
    weights.exchange(0, 0, 0, 1);
  }

  @Test
  void aCopyThatNobodyRunsHasFailedAndLeavesTheBufferFree() {
    InMemoryWeights closed =
        new InMemoryWeights(
            table,
            1,
            64,
            task -> {
              throw new RejectedExecutionException("closed");
            });
    CompletableFuture<Void> copy = closed.receive(0, 1, 1, 0, 0).toCompletableFuture();
    assertThrows(CompletionException.class, copy::join);
    assertEquals(0, closed.buffersBeingWritten());
  }

  @Test
  void placesThatDoNotExistAreRefused() {
    assertMessage(
        InvalidInputException.class,
        "layer 2 does not exist; layers are 0 to 1",
        () -> weights.receive(2, 0, 0, 0, 0));
    assertMessage(
        InvalidInputException.class,
        "rank -1 does not exist; ranks are 0 to 1",
        () -> weights.receive(0, 0, 0, -1, 0));
    assertMessage(
        InvalidInputException.class,
        "slot 2 does not exist; slots are 0 to 1",
        () -> weights.exchange(0, 0, 2, 0));
    assertMessage(
        InvalidInputException.class,
        "buffer 2 does not exist; buffers are 0 to 1",
        () -> weights.exchange(0, 0, 0, 2));
    assertTrue(copies.isEmpty());
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertMessage(
        InvalidInputException.class,
        "buffers per rank is 0; it must be between 1 and 65536",
        () -> new InMemoryWeights(table, 0, 64, copies::add));
    assertMessage(
        InvalidInputException.class,
        "expert bytes is 12; it must be a multiple of 8 and at least that",
        () -> new InMemoryWeights(table, 1, 12, copies::add));
    assertMessage(
        InvalidInputException.class,
        "5 slots and buffers of 1073741824 bytes do not fit into the 2 GiB of a rank; expert bytes must be at most 429496729",
        () -> new InMemoryWeights(table, 1, 1 << 30, copies::add));
  }

  @Test
  void anExpertIsLoadedFromTheCheckpointWhoseRanksHaveFailed() {
    weights.fail(1);
    CompletableFuture<Void> lost = weights.receive(0, 1, 0, 0, 0).toCompletableFuture();
    CompletableFuture<Void> into = weights.receive(0, 0, 0, 1, 0).toCompletableFuture();
    CompletableFuture<Void> loaded = weights.load(0, 2, 0, 1).toCompletableFuture();
    runCopies();
    assertEquals(
        "java.lang.IllegalStateException: rank 1 has failed",
        assertThrows(CompletionException.class, lost::join).getMessage());
    assertThrows(CompletionException.class, into::join);
    loaded.join();
    weights.exchange(0, 0, 0, 1);
    assertEquals(
        64,
        weights.read(
            ExpertTable.of(
                1, 4, Placement.builder(table).setLayer(0, new int[] {2, 1, 0, 3}, 0).build()),
            0,
            0,
            0));
    weights.exchange(0, 1, 0, 0);
  }

  @Test
  void aCopyThatRunsWhileARankFailsIsNotUsedEvenIfTheRankIsBack() {
    CompletableFuture<Void> from = weights.receive(0, 1, 0, 0, 0).toCompletableFuture();
    CompletableFuture<Void> to = weights.receive(0, 0, 0, 1, 0).toCompletableFuture();
    weights.fail(1);
    weights.fail(1);
    weights.restart(1);
    weights.restart(1);
    runCopies();
    assertThrows(CompletionException.class, from::join);
    assertThrows(CompletionException.class, to::join);
    assertEquals(0, weights.buffersBeingWritten());
    assertMessage(
        InternalException.class,
        "layer 0, rank 1, slot 0: the weights are nobody's; version 0 says expert 2",
        () -> weights.read(table, 0, 1, 0));
    CompletableFuture<Void> again = weights.receive(0, 0, 0, 1, 0).toCompletableFuture();
    runCopies();
    again.join();
  }

  private void runCopies() {
    for (Runnable copy = copies.poll(); copy != null; copy = copies.poll()) {
      copy.run();
    }
  }

  @Test
  void aSlotThatBecomesEmptyLosesItsContentAtTheSwitchAndIsNeverRead() {
    ExpertTable spare = ExpertTable.initial(1, EpTopology.of(3, 2, 1, 1, 2));
    InMemoryWeights memory = new InMemoryWeights(spare, 1, 64, Runnable::run);
    ExpertTable shorter =
        ExpertTable.of(
            1,
            3,
            Placement.builder(spare).setLayer(0, new int[] {0, 1, 2, Placement.EMPTY}, 0).build());
    assertEquals(4 * 64, memory.verify(spare));
    assertEquals(3 * 64, memory.verify(shorter));
    assertEquals(64, memory.read(spare, 0, 1, 1));
    memory.switched(shorter);
    assertThrows(InternalException.class, () -> memory.read(spare, 0, 1, 1));
    assertMessage(
        InvalidInputException.class,
        "layer 0, rank 1, slot 1 is EMPTY in version 1; it cannot be read",
        () -> memory.read(shorter, 0, 1, 1));
    assertEquals(3 * 64, new InMemoryWeights(shorter, 1, 64, Runnable::run).verify(shorter));
  }

  @Test
  void anExpertThatDoesNotExistIsNotLoaded() {
    assertMessage(
        InvalidInputException.class,
        "expert 4 does not exist; experts are 0 to 3",
        () -> weights.load(0, 4, 0, 0));
    assertMessage(
        InvalidInputException.class,
        "rank 2 does not exist; ranks are 0 to 1",
        () -> weights.fail(2));
    assertMessage(
        InvalidInputException.class,
        "rank -1 does not exist; ranks are 0 to 1",
        () -> weights.restart(-1));
  }

  private static void assertMessage(
      Class<? extends EplbException> type, String message, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }
}
