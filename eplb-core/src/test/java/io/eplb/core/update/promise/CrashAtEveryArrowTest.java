package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.eplb.core.update.promise.CrashRun.Crash;
import io.eplb.core.update.promise.CrashRun.Victim;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashAtEveryArrowTest {
  /** One of so many pairs of crashes is tried; all of them in the profile {@code schedules}. */
  private static final int PAIRS = Integer.getInteger("eplb.promise.pairs", 40);

  /** The most arrows from the first crash to the second. */
  private static final int REACH = 16;

  @Test
  void everythingGoesOnWhenAnyPartyDiesBeforeOrAfterAnyArrow() {
    List<List<Crash>> singles = CrashRun.singles();

    assertTrue(singles.size() > 500, () -> "only " + singles.size());
    survive(singles);
  }

  @Test
  void everythingGoesOnWhenAnotherPartyDiesSoonAfterTheFirst() {
    List<List<Crash>> pairs = new ArrayList<>();
    int number = 0;
    for (List<Crash> single : CrashRun.singles()) {
      Crash first = single.get(0);
      for (int arrow = first.arrow() + 1; arrow <= first.arrow() + REACH; arrow++) {
        for (Victim second : Victim.values()) {
          if (second != first.victim() && number++ % PAIRS == 0) {
            pairs.add(List.of(first, new Crash(arrow, true, second)));
          }
        }
      }
    }
    survive(pairs);
  }

  private static void survive(List<List<Crash>> runs) {
    runs.parallelStream()
        .forEach(
            crashes -> {
              String complaint = new CrashRun(false).run(crashes);
              if (!complaint.isEmpty()) {
                CrashRun again = new CrashRun(true);
                again.run(crashes);
                fail(crashes + ": " + complaint + "\n" + again.trace());
              }
            });
  }
}
