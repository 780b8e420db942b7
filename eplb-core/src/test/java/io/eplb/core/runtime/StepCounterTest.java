package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepCounterTest {
  private final AtomicInteger told = new AtomicInteger();

  @Test
  void everyRankThatReachesATargetSaysSoOnce() {
    StepCounter counter = new StepCounter(3, told::incrementAndGet);
    counter.setTargets(StepCounter.NEVER, 4);
    for (int step = 1; step <= 6; step++) {
      for (int rank = 0; rank < 3; rank++) {
        counter.ended(rank, true);
      }
      assertEquals(step < 4 ? 0 : 3, told.get());
    }
    assertEquals(6, counter.all());
    assertEquals(6, counter.ofPhase());
  }

  @Test
  void bothTargetsInOneStepAreToldOnce() {
    StepCounter counter = new StepCounter(1, told::incrementAndGet);
    counter.setTargets(1, 1);
    counter.ended(0, true);
    assertEquals(1, told.get());
  }

  @Test
  void theCountsAreThoseOfTheSlowestRank() {
    StepCounter counter = new StepCounter(2, told::incrementAndGet);
    counter.ended(0, true);
    counter.ended(0, false);
    assertEquals(0, counter.all());
    counter.ended(1, false);
    assertEquals(1, counter.all());
    assertEquals(0, counter.ofPhase());
  }

  @Test
  void severalStepsAtOnceReachTheTargetsThatTheyPass() {
    StepCounter counter = new StepCounter(2, told::incrementAndGet);
    counter.setTargets(10, 7);
    counter.ended(0, 9, 6);
    assertEquals(0, told.get());
    counter.ended(0, 5, 5);
    assertEquals(1, told.get(), "both at once are told once");
    counter.ended(0, 5, 5);
    counter.ended(0, 0, 0);
    assertEquals(1, told.get(), "a target is passed once");
    counter.ended(1, 10, 6);
    assertEquals(2, told.get());
    counter.ended(1, 0, 1);
    assertEquals(3, told.get());
    assertEquals(10, counter.all());
    assertEquals(7, counter.ofPhase());
  }

  @Test
  void aRankThatIsCountedAgainHasAsManyStepsAsTheOthers() {
    StepCounter counter = new StepCounter(2, told::incrementAndGet);
    counter.ended(0, 5, 3);
    counter.exclude(0);
    counter.ended(1, 20, 12);
    assertEquals(20, counter.all());
    counter.include(0);
    counter.include(0);
    assertEquals(20, counter.all());
    assertEquals(12, counter.ofPhase());
    assertEquals(20, counter.endedBy(0));
  }

  @Test
  void aRankThatIsCountedAgainWithoutOthersKeepsItsSteps() {
    StepCounter counter = new StepCounter(2, told::incrementAndGet);
    counter.ended(0, 5, 3);
    counter.ended(1, 20, 12);
    counter.exclude(0);
    counter.exclude(1);
    counter.include(1);
    counter.include(0);
    assertEquals(20, counter.all());
    assertEquals(12, counter.ofPhase());
  }

  @Test
  void noStepIsLostBetweenThreads() throws InterruptedException {
    int steps = 20_000;
    StepCounter counter = new StepCounter(2, told::incrementAndGet);
    counter.setTargets(2L * steps, steps);
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int rank = thread % 2;
      Thread started =
          new Thread(
              () -> {
                for (int step = 0; step < steps; step++) {
                  counter.ended(rank, step % 2 == 0);
                }
              });
      threads.add(started);
      started.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(2L * steps, counter.all());
    assertEquals(steps, counter.ofPhase());
    // Two ranks, two targets each; both may be met by the same step.
    int times = told.get();
    assertEquals(true, times >= 2 && times <= 4, times + " times");
  }
}
