package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.LoadPhase;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankWatchTest {
  private final HandDrivenThreads threads = new HandDrivenThreads();
  private final StepCounter steps = new StepCounter(3, () -> {});
  private final RankWatch watch = new RankWatch(threads.timeline(), steps, 3);

  private void serve(long count, int... ranks) {
    for (long step = 0; step < count; step++) {
      for (int rank : ranks) {
        steps.ended(rank, true);
      }
    }
  }

  private List<RankLag> behindAfter(int looks) {
    threads.pass(RankWatch.INTERVAL.multipliedBy(looks));
    return watch.behind();
  }

  @Test
  void aRankThatGoesSilentIsNamedWithTheStepsThatItIsBehindAndSaidOnce() {
    try (LogLines log = new LogLines()) {
      watch.start();
      serve(5, 0, 1, 2);
      assertEquals(List.of(), behindAfter(1));
      serve(8, 0, 2);
      assertEquals(List.of(new RankLag(1, 8)), behindAfter(1));
      assertEquals(List.of(new RankLag(1, 8)), behindAfter(3), "the others wait for it");
      assertEquals(
          1, log.containing("rank 1 has ended no step for PT10S and is 8 steps behind").size());
      assertEquals(1, log.containing("has ended no step").size());

      serve(1, 1);
      assertEquals(List.of(), behindAfter(1), "it is slow, but it goes on");
      assertEquals(1, log.containing("rank 1 ends steps again").size());
      assertEquals(List.of(new RankLag(1, 7)), behindAfter(1));
      assertEquals(2, log.containing("has ended no step").size(), "that is news");
    }
  }

  @Test
  void anEngineThatHasNothingToDoHasNoRankBehind() {
    watch.start();
    serve(5, 0, 1, 2);
    assertEquals(List.of(), behindAfter(5));
  }

  @Test
  void ranksThatHaveNeverEndedAStepAreBehindToo() {
    watch.start();
    serve(3, 2);
    assertEquals(List.of(new RankLag(0, 3), new RankLag(1, 3)), behindAfter(1));
  }

  @Test
  void afterTheEndNobodyLooks() {
    watch.start();
    serve(3, 2);
    threads.runAll();
    watch.stop();
    assertEquals(List.of(), behindAfter(2));
  }

  @Test
  void theWatchdogCountsTheStepsOfTheFastestRank() {
    try (LogLines log = new LogLines();
        CycleRig rig = new CycleRig()) {
      for (long step = 0; step <= CycleRig.BOUND; step++) {
        assertFalse(rig.cycle.snapshot().barking(), "after step " + step);
        rig.cycle.steps().ended(1, true);
        rig.threads.runAll();
      }
      assertTrue(rig.cycle.snapshot().barking(), "rank 0 is silent");
      assertEquals(1, log.containing("no balance cycle has succeeded").size());
      rig.cycle.steps().ended(1, true);
      rig.threads.runAll();
      assertEquals(1, log.containing("no balance cycle has succeeded").size());
    }
  }

  @Test
  void theRuntimeNamesTheRanksThatHaveFallenBehind() {
    try (RuntimeRig rig = new RuntimeRig()) {
      rig.serve(2);
      for (long step = 2; step < 6; step++) {
        for (int rank : new int[] {0, 1, 3}) {
          rig.runtime.tryBegin(rank, step);
          rig.runtime.end(rank, step, LoadPhase.ALL);
        }
      }
      assertEquals(List.of(), rig.runtime.state().ranksBehind());
      rig.threads.pass(RankWatch.INTERVAL.multipliedBy(2));
      assertEquals(List.of(new RankLag(2, 4)), rig.runtime.state().ranksBehind());
    }
  }
}
