package io.eplb.core.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.Weighting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged histories of load: each is restored as a history that can be used, or refused. */
class HostileHistoryTest {
  private static final List<Weighting> WEIGHTINGS =
      List.of(
          Weighting.exponential(0.25),
          Weighting.mean(),
          Weighting.last(),
          Weighting.slidingMean(3),
          Weighting.slidingSum(4));

  private static byte[] saved(Weighting weighting, int windows) {
    LoadHistory history = new LoadHistory(2, 3, weighting);
    for (int window = 0; window < windows; window++) {
      history.add(new double[] {window, 2, 3, 0, window % 2, 0});
    }
    return history.save();
  }

  @Test
  void everyDamagedHistoryIsRestoredWholeOrRefused() throws Exception {
    new HostileRun(HostileHistoryTest.class, "history", 10)
        .attack(
            random -> {
              Weighting weighting = WEIGHTINGS.get(random.nextInt(WEIGHTINGS.size()));
              List<byte[]> samples = new ArrayList<>();
              for (int windows : new int[] {0, 1, 5}) {
                samples.add(saved(weighting, windows));
              }
              return new HostileBytes(
                  HostileBytes.damaged(samples, random), bytes -> restore(weighting, bytes));
            });
  }

  private static String restore(Weighting weighting, byte[] bytes) {
    LoadHistory history;
    try {
      history = LoadHistory.restore(2, 3, weighting, bytes);
    } catch (InvalidInputException refused) {
      return String.valueOf(refused.getMessage());
    }
    assertArrayEquals(bytes, history.save());
    if (history.windows() > 0) {
      requireLoads(history.estimate());
    }
    if (history.windows() < Long.MAX_VALUE) {
      history.add(new double[] {1, 2, 3, 4, 5, 6});
      requireLoads(history.estimate());
    }
    return "";
  }

  private static void requireLoads(double[] estimate) {
    for (double load : estimate) {
      assertTrue(load >= 0.0 && load <= Double.MAX_VALUE, () -> "estimates " + load);
    }
  }
}
