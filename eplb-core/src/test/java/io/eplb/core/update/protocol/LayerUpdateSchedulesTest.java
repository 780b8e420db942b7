package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.update.AbortReason;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerUpdateSchedulesTest {
  /** More of them, when somebody looks for a needle: {@code -Deplb.schedules=100000}. */
  private static final int SCHEDULES = Integer.getInteger("eplb.schedules", 10_000);

  @Test
  void everyInvariantHoldsAfterEveryEventOfThousandsOfSchedules() {
    Totals totals = new Totals();
    forAllSeeds(
        SCHEDULES * 2 / 5,
        seed -> {
          Schedule schedule = new Schedule(seed);
          schedule.run();
          totals.add("commits", schedule.commits());
          totals.add("several stages", schedule.severalStages());
          schedule.aborts().forEach((reason, count) -> totals.add(reason.name(), count));
        });

    // Else the schedules would show nothing.
    totals.requireReasons(
        EnumSet.complementOf(EnumSet.of(AbortReason.UNAVAILABLE))); // Ranks of this process answer.
    totals.requireAtLeast("commits", SCHEDULES * 2 / 5);
    totals.requireAtLeast("several stages", SCHEDULES / 25);
  }

  @Test
  void everyInvariantHoldsWithManyProcessesWhoseMessagesAreLateLostOrRepeatedAndWhichDie() {
    Totals totals = new Totals();
    forAllSeeds(
        SCHEDULES,
        seed -> {
          RemoteSchedule schedule = new RemoteSchedule(seed);
          schedule.run();
          totals.add("commits", schedule.commits());
          totals.add("deaths", schedule.deaths());
          totals.add("planners replaced", schedule.replaced());
          totals.add("outdated ranks", schedule.outdated());
          schedule.aborts().forEach((reason, count) -> totals.add(reason.name(), count));
        });

    // A commit that is told while an update is asked for makes that stale: some of 100,000 times.
    totals.forget(AbortReason.STALE.name());
    totals.requireReasons(
        // Nobody asks for two updates at a time.
        EnumSet.complementOf(EnumSet.of(AbortReason.STALE, AbortReason.BUSY)));
    totals.requireAtLeast("commits", SCHEDULES);
    totals.requireAtLeast("deaths", SCHEDULES / 10);
    totals.requireAtLeast("planners replaced", SCHEDULES / 20);
    totals.requireAtLeast("outdated ranks", SCHEDULES / 100);
  }

  private static void forAllSeeds(int end, IntConsumer schedule) {
    IntStream.range(0, end)
        .parallel()
        .forEach(
            seed -> {
              try {
                schedule.accept(seed);
              } catch (RuntimeException | Error thrown) {
                throw new AssertionError("seed " + seed + ": " + thrown, thrown);
              }
            });
  }

  /** The number of times that each thing has happened in all schedules together. */
  private static final class Totals {
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    void add(String what, long count) {
      if (count > 0) {
        counts.merge(what, count, Long::sum);
      }
    }

    void forget(String what) {
      counts.remove(what);
    }

    void requireReasons(Set<AbortReason> expected) {
      Set<AbortReason> seen = EnumSet.noneOf(AbortReason.class);
      for (AbortReason reason : AbortReason.values()) {
        if (counts.containsKey(reason.name())) {
          seen.add(reason);
        }
      }
      assertEquals(expected, seen, counts::toString);
    }

    void requireAtLeast(String what, long least) {
      assertTrue(counts.getOrDefault(what, 0L) >= least, counts::toString);
    }
  }
}
