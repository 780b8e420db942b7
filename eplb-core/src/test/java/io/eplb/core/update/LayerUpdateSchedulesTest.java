package io.eplb.core.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerUpdateSchedulesTest {
  /** More of them, when somebody looks for a needle: {@code -Deplb.schedules=100000}. */
  private static final int SCHEDULES = Integer.getInteger("eplb.schedules", 4_000);

  @Test
  void everyInvariantHoldsAfterEveryEventOfThousandsOfSchedules() {
    Map<AbortReason, Integer> aborts = new EnumMap<>(AbortReason.class);
    int commits = 0;
    int severalStages = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      Schedule schedule = new Schedule(seed);
      try {
        schedule.run();
      } catch (RuntimeException | Error thrown) {
        throw new AssertionError("seed " + seed + ": " + thrown, thrown);
      }
      schedule.aborts().forEach((reason, count) -> aborts.merge(reason, count, Integer::sum));
      commits += schedule.commits();
      severalStages += schedule.severalStages();
    }

    // Else the schedules would show nothing.
    assertEquals(
        EnumSet.complementOf(EnumSet.of(AbortReason.UNAVAILABLE)), // Ranks of this process answer.
        aborts.keySet(),
        aborts::toString);
    assertTrue(commits > SCHEDULES, commits + " layers were committed");
    assertTrue(severalStages > SCHEDULES / 10, severalStages + " layers went in stages");
  }

  @Test
  void everyInvariantHoldsWithManyProcessesWhoseMessagesAreLateLostOrRepeatedAndWhichDie() {
    Map<AbortReason, Integer> aborts = new EnumMap<>(AbortReason.class);
    int commits = 0;
    int deaths = 0;
    for (int seed = 0; seed < SCHEDULES / 4; seed++) {
      RemoteSchedule schedule = new RemoteSchedule(seed);
      try {
        schedule.run();
      } catch (RuntimeException | Error thrown) {
        throw new AssertionError("seed " + seed + ": " + thrown, thrown);
      }
      schedule.aborts().forEach((reason, count) -> aborts.merge(reason, count, Integer::sum));
      commits += schedule.commits();
      deaths += schedule.deaths();
    }

    assertEquals(
        // Nobody else writes to the record, asks for updates or loses memory.
        EnumSet.complementOf(EnumSet.of(AbortReason.STALE, AbortReason.BUSY, AbortReason.INTERNAL)),
        aborts.keySet(),
        aborts::toString);
    assertTrue(commits > SCHEDULES / 4, commits + " layers were committed");
    assertTrue(deaths > SCHEDULES / 16, deaths + " ranks have died");
  }
}
