package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.core.load.LoadRecording;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterLoadsTest {
  private final Counting first = new Counting();
  private final Counting second = new Counting();
  private final PresentRanks ranks = new PresentRanks(2);
  private final ClusterLoads loads = new ClusterLoads(ranks, 1, 2);

  ClusterLoadsTest() {
    ranks.connect(0, new RankConnection(new NoLink(), first));
    ranks.connect(1, new RankConnection(new NoLink(), second));
  }

  @Test
  void anIntervalHasWhatAllRanksHaveCountedSinceItBegan() throws Exception {
    first.decode = new double[] {100, 200};
    begin();
    first.decode = new double[] {110, 200};
    second.decode = new double[] {5, 7};
    assertArrayEquals(new double[] {15, 7}, collect(LoadPhase.DECODE));
    second.decode = new double[] {5, 8};
    assertArrayEquals(new double[] {0, 1}, collect(LoadPhase.DECODE));
    assertArrayEquals(new double[] {0, 0}, collect(LoadPhase.DECODE));
  }

  @Test
  void phasesAreKeptApart() throws Exception {
    begin();
    first.decode = new double[] {1, 2};
    second.prefill = new double[] {10, 20};
    List<MeasuredLoad> told = loads.collect();
    assertArrayEquals(new double[] {1, 2}, tokens(told, LoadPhase.DECODE));
    assertArrayEquals(new double[] {10, 20}, tokens(told, LoadPhase.PREFILL));
  }

  @Test
  void anIntervalThatCouldNotBeTakenIsInTheNextOne() throws Exception {
    begin();
    first.decode = new double[] {1, 0};
    second.failure = new IllegalStateException("no route");
    refused("rank 1 has not told its loads: no route");
    ranks.disconnect(1);
    refused("rank 1 has not told its loads: rank 1 is away");
    second.failure = null;
    ranks.connect(1, new RankConnection(new NoLink(), second));
    first.decode = new double[] {3, 0};
    assertArrayEquals(new double[] {3, 0}, collect(LoadPhase.DECODE));
  }

  @Test
  void measuresThatThrowFailTheInterval() {
    second.thrown = new IllegalStateException("a fault of the engine");
    refused("rank 1 has not told its loads: a fault of the engine");
    CompletableFuture<Void> begun = loads.beginInterval().toCompletableFuture();
    assertTrue(begun.isCompletedExceptionally());
  }

  @Test
  void aRankThatRestartsMakesTheIntervalUselessOnce() throws Exception {
    first.decode = new double[] {100, 100};
    begin();
    first.incarnation = 2;
    first.decode = new double[] {4, 4};
    refused("rank 0 has restarted during the interval");
    first.decode = new double[] {5, 4};
    assertArrayEquals(new double[] {1, 0}, collect(LoadPhase.DECODE));
  }

  @Test
  void totalsThatBecomeFewerAreRefusedOnce() throws Exception {
    first.decode = new double[] {100, 100};
    begin();
    first.decode = new double[] {100, 99};
    refused("the tokens of layer 0, expert 1 have become fewer");
    first.decode = new double[] {101, 99};
    assertArrayEquals(new double[] {1, 0}, collect(LoadPhase.DECODE));
  }

  @Test
  void loadsOfAnotherShapeAreRefused() {
    second.decode = new double[] {1, 2, 3};
    refused("I1: the loads of rank 1 have 1 layer", "3 experts");
  }

  @Test
  void anAnswerThatComesAfterAnotherIntervalHasBegunChangesNothing() throws Exception {
    CompletableFuture<RankLoads> late = new CompletableFuture<>();
    second.next = late;
    Thread collecting =
        new Thread(() -> assertThrows(Exception.class, loads::collect), "collecting");
    collecting.start();
    while (collecting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    first.decode = new double[] {50, 0};
    begin();
    late.completeExceptionally(new IllegalStateException("too late"));
    collecting.join();
    first.decode = new double[] {51, 0};
    assertArrayEquals(new double[] {1, 0}, collect(LoadPhase.DECODE));
  }

  @Test
  void anInterruptEndsTheWait() {
    second.next = new CompletableFuture<>();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, loads::collect);
    assertFalse(Thread.interrupted());
  }

  private void begin() {
    assertTrue(loads.beginInterval().toCompletableFuture().isDone());
  }

  private double[] collect(LoadPhase phase) throws InterruptedException {
    return tokens(loads.collect(), phase);
  }

  private static double[] tokens(List<MeasuredLoad> told, LoadPhase phase) {
    List<MeasuredLoad> ofPhase = told.stream().filter(load -> load.phase() == phase).toList();
    assertEquals(1, ofPhase.size());
    return ofPhase.get(0).tokens().sum(0, 0);
  }

  private void refused(String... words) {
    String message =
        String.valueOf(assertThrows(InvalidInputException.class, loads::collect).getMessage());
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  /** A rank that has counted what the test says. */
  private static final class Counting implements RankMeasures {
    long incarnation = 1;
    double[] decode = {0, 0};
    double[] prefill = {0, 0};
    @Nullable RuntimeException failure;
    @Nullable RuntimeException thrown;
    @Nullable CompletionStage<RankLoads> next;

    @Override
    public CompletionStage<RankSteps> steps() {
      throw new AssertionError("steps do not matter");
    }

    @Override
    public CompletionStage<RankLoads> loads() {
      RuntimeException fault = thrown;
      if (fault != null) {
        throw fault;
      }
      RuntimeException reason = failure;
      CompletionStage<RankLoads> answer = next;
      next = null;
      if (answer != null) {
        return answer;
      }
      return reason != null
          ? CompletableFuture.failedFuture(reason)
          : CompletableFuture.completedFuture(
              new RankLoads(
                  incarnation,
                  List.of(load(LoadPhase.DECODE, decode), load(LoadPhase.PREFILL, prefill))));
    }

    private static MeasuredLoad load(LoadPhase phase, double[] tokens) {
      return new MeasuredLoad(phase, LoadRecording.of(1, 1, tokens.length, tokens.clone()));
    }
  }
}
