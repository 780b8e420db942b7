package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrialsTest {
  @Test
  void theTenMostPromisingStepsAreKeptInOrder() {
    Random random = new Random(2);
    double[] promises = random.doubles(200, -1.0, 1.0).toArray();
    Trials trials = new Trials();
    for (int step = 0; step < promises.length; step++) {
      trials.offer(step, 1000 + step, promises[step]);
    }

    double[] sorted = promises.clone();
    Arrays.sort(sorted);
    assertEquals(10, trials.size());
    for (int i = 0; i < trials.size(); i++) {
      assertEquals(sorted[sorted.length - 1 - i], promises[trials.slot(i)]);
      assertEquals(1000 + trials.slot(i), trials.other(i));
    }
  }

  @Test
  void equallyPromisingStepsKeepTheirOrder() {
    Trials trials = new Trials();
    for (int step = 0; step < 20; step++) {
      trials.offer(step, step, 1.0);
    }

    for (int i = 0; i < 10; i++) {
      assertEquals(i, trials.slot(i));
    }
  }

  @Test
  void aStepThatPromisesNothingIsLeftOut() {
    Trials trials = new Trials();
    trials.offer(1, 1, 0.0);
    trials.offer(2, 2, -1.0);
    trials.offer(3, 3, Double.NaN);

    assertEquals(0, trials.size());
  }
}
