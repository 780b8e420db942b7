package io.eplb.core.update.promise;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The likelihood of each fault in one schedule: each kind is absent in most schedules, rare in
 * some, and frequent in a few.
 */
final class Faults {
  private static final int LEAST_DELAY = 1_000;
  private static final int DELAY_SPREAD = 100_000;

  /** All timeouts of the protocol: what is late is up to three times as late. */
  private final List<Duration> timeouts;

  private final long leastDelay;
  private final int delaySpread;

  final double lost;
  final double slow;

  /**
   * The time that messages are slow, and then not. A fence that was far enough ahead before is not
   * then.
   */
  private final long slowNanos;

  final double late;
  final double twice;
  final double cut;
  final double engineDies;
  final double agentDies;
  final double agentStands;
  final double plannerDies;
  final double plannerStands;
  final double anotherPlanner;
  final double clockJumps;
  final double recordIsAway;
  final double recordFails;
  final double receiveFails;
  final double receiveIsWrong;
  final double receiveIsSlow;
  final double receiveNeverEnds;
  final double exchangeFails;
  final double stepHangs;

  private Faults(
      Random random, boolean none, List<Duration> timeouts, int leastDelay, int delaySpread) {
    this.timeouts = timeouts;
    this.leastDelay = leastDelay;
    this.delaySpread = delaySpread;
    lost = likelihood(random, none) / 2;
    slow = random.nextInt(3) == 0 && !none ? 1.0 : likelihood(random, none);
    slowNanos = 2_000_000L + random.nextInt(20_000_000);
    late = likelihood(random, none) / 2;
    twice = likelihood(random, none) * 2;
    cut = likelihood(random, none) / 10;
    engineDies = likelihood(random, none) / 20;
    agentDies = likelihood(random, none) / 20;
    agentStands = likelihood(random, none) / 20;
    plannerDies = likelihood(random, none) / 20;
    plannerStands = likelihood(random, none) / 20;
    anotherPlanner = likelihood(random, none) / 20;
    clockJumps = likelihood(random, none) / 4;
    recordIsAway = likelihood(random, none) / 20;
    recordFails = likelihood(random, none) * 2;
    receiveFails = likelihood(random, none);
    receiveIsWrong = likelihood(random, none);
    receiveIsSlow = likelihood(random, none);
    receiveNeverEnds = likelihood(random, none) / 4;
    exchangeFails = likelihood(random, none) / 4;
    stepHangs = likelihood(random, none) / 20;
  }

  static Faults drawn(Random random, List<Duration> timeouts) {
    return new Faults(random, random.nextInt(10) == 0, timeouts, LEAST_DELAY, DELAY_SPREAD);
  }

  static Faults none() {
    return withDelays(LEAST_DELAY, DELAY_SPREAD);
  }

  /** Returns no faults; a message takes some nanoseconds at least, and up to a spread longer. */
  static Faults withDelays(int least, int spread) {
    return new Faults(new Random(0), true, List.of(), least, spread);
  }

  private static double likelihood(Random random, boolean none) {
    int kind = random.nextInt(10);
    double drawn = random.nextDouble();
    if (none || kind < 6) {
      return 0.0;
    }
    return kind < 9 ? drawn * 0.05 : drawn * 0.3;
  }

  /** Returns how many nanoseconds a message takes that is sent at some time. */
  long delay(Random random, long now) {
    if (random.nextDouble() < late) {
      return outage(random);
    }
    boolean isSlow = now / slowNanos % 2 == 1 && random.nextDouble() < slow;
    return leastDelay + random.nextInt(isSlow ? 3_000_000 : delaySpread);
  }

  /** Returns a hundredth to three times a timeout, in nanoseconds, whichever timeout it is. */
  long outage(Random random) {
    if (timeouts.isEmpty()) {
      return 0;
    }
    Duration timeout = timeouts.get(random.nextInt(timeouts.size()));
    return (long) (timeout.toNanos() * Math.pow(300, random.nextDouble()) / 100);
  }
}
