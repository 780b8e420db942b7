package io.eplb.core.update.promise;

import io.eplb.core.update.promise.CrashRun.Crash;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Runs the schedule of a seed, or a crash at an arrow for a negative number; returns what is wrong,
 * empty if nothing is. A class of its own with a type of the JDK, so that a test can run it in
 * another class loader.
 */
public final class ScheduleRun implements LongFunction<String> {
  private List<List<Crash>> crashes = List.of();

  /** Creates a run. */
  public ScheduleRun() {}

  @Override
  public String apply(long seed) {
    try {
      return seed < 0 ? crash((int) (-1 - seed)) : new PromiseSchedule(seed, false).run();
    } catch (RuntimeException thrown) { // As a complaint: it may be of another class loader.
      return thrown.toString();
    }
  }

  private synchronized List<List<Crash>> crashes() {
    if (crashes.isEmpty()) {
      crashes = CrashRun.singles();
    }
    return crashes;
  }

  private String crash(int number) {
    List<List<Crash>> all = crashes();
    return number < all.size() ? new CrashRun(false).run(all.get(number)) : "";
  }
}
