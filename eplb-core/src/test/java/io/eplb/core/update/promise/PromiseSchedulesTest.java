package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromiseSchedulesTest {
  private static final int SCHEDULES = Integer.getInteger("eplb.promise.schedules", 10_000);

  /** The seed of the first; with one schedule, that of the only one. */
  private static final int FIRST = Integer.getInteger("eplb.promise.first", 0);

  @Test
  void everyInvariantHoldsAfterEveryEventOfThousandsOfSchedules() {
    LongAdder commits = new LongAdder();
    LongAdder deaths = new LongAdder();
    LongAdder planners = new LongAdder();

    IntStream.range(FIRST, FIRST + SCHEDULES)
        .parallel()
        .forEach(
            seed -> {
              PromiseSchedule schedule = new PromiseSchedule(seed, false);
              String complaint = schedule.run();
              if (!complaint.isEmpty()) {
                fail(complaint + repeat(seed));
              }
              commits.add(schedule.commits());
              deaths.add(schedule.deaths());
              planners.add(schedule.planners());
            });

    if (SCHEDULES == 1) {
      repeat(FIRST);
    }
    if (SCHEDULES < 1_000) {
      return;
    }
    // Else the schedules would show nothing.
    assertTrue(commits.sum() >= SCHEDULES * 2L, commits::toString);
    assertTrue(deaths.sum() >= SCHEDULES / 4, deaths::toString);
    assertTrue(planners.sum() >= SCHEDULES / 20, planners::toString);
  }

  /** Runs a schedule again, and leaves its events in a file. */
  private static String repeat(int seed) {
    PromiseSchedule again = new PromiseSchedule(seed, true);
    again.run();
    Path events = Path.of("target", "promise", "seed-" + seed + ".txt");
    try {
      Files.createDirectories(events.getParent());
      Files.writeString(events, again.trace());
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
    return "; %s has the events, -Deplb.promise.first=%d -Deplb.promise.schedules=1 repeats them"
        .formatted(events, seed);
  }
}
