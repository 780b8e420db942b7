package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.state.StateFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds with the threads, the timer and the disk of this machine. */
class RoundsThreadsTest {
  private static final int ROUNDS = 40;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path temporary;

  @Test
  void ranksOfManyThreadsGetOneAnswerInEveryRound() throws Exception {
    int world = 64;
    AtomicInteger plans = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(world);
    ExecutorService planners = Executors.newFixedThreadPool(2);
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(2);
    timer.setRemoveOnCancelPolicy(true);
    try (StateFolder folder = StateFolder.open(temporary);
        Rounds rounds =
            new Rounds(
                ask -> {
                  plans.incrementAndGet();
                  return CompletableFuture.supplyAsync(() -> Asks.plan(ask, true), planners);
                },
                new DecisionStore(folder),
                new ServiceObserver() {},
                InstantSource.system(),
                timer)) {
      List<Callable<List<PlanAnswer>>> ranks = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        int number = rank;
        ranks.add(() -> answers(rounds, number, world));
      }
      List<Future<List<PlanAnswer>>> answers = clients.invokeAll(ranks);
      for (int round = 0; round < ROUNDS; round++) {
        PlanAnswer first = answers.get(0).get().get(round);
        // In every fourth round one rank asks something else.
        assertEquals(round % 4 != 3, first.changed(), "round " + round);
        for (Future<List<PlanAnswer>> ofRank : answers) {
          assertSame(first, ofRank.get().get(round));
        }
      }
      assertEquals(ROUNDS - ROUNDS / 4, plans.get());
      assertTrue(timer.getQueue().isEmpty());
    } finally {
      clients.shutdown();
      planners.shutdown();
      timer.shutdown();
    }
  }

  /** Asks in all rounds as one rank, on two connections in each. */
  private static List<PlanAnswer> answers(Rounds rounds, int rank, int world) {
    List<PlanAnswer> answers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      PlanAsk ask = Asks.ask(round % 4 == 3 && rank == round % world ? 0 : 1);
      RankSeat seat = new RankSeat(rank, world, round);
      CompletableFuture<PlanAnswer> first = rounds.ask(seat, ask, LIMIT);
      PlanAnswer second = rounds.ask(seat, ask, LIMIT).join();
      assertSame(second, first.join());
      answers.add(second);
    }
    return answers;
  }
}
