package io.eplb.core.update.protocol;

import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.Random;

/** The likelihood of each fault of messages and of the processes at their ends in one schedule. */
final class LinkFaults {
  final double lost;
  final double slow;
  final double late;
  final double twice;
  final double linkIsCut;
  final double rankDies;
  final double plannerCrashes;
  final double plannerIsDeposed;
  final double recordIsAway;
  final double switchIsStuck;
  final double recordIsBehind;
  final double recordFails;
  final double plannerFails;

  LinkFaults(Random random, boolean none) {
    lost = likelihood(random, none) / 2;
    slow = likelihood(random, none);
    late = likelihood(random, none);
    twice = likelihood(random, none) * 2;
    linkIsCut = likelihood(random, none) / 4;
    rankDies = likelihood(random, none) / 4;
    plannerCrashes = likelihood(random, none) * 3;
    plannerIsDeposed = likelihood(random, none) * 3;
    recordIsAway = likelihood(random, none) * 5;
    switchIsStuck = likelihood(random, none) * 2;
    recordIsBehind = likelihood(random, none) * 5;
    recordFails = likelihood(random, none) * 3;
    plannerFails = likelihood(random, none);
  }

  private static double likelihood(Random random, boolean none) {
    int kind = random.nextInt(10);
    double drawn = random.nextDouble();
    if (none || kind < 5) {
      return 0.0;
    }
    return kind < 9 ? drawn * 0.05 : drawn * 0.3;
  }

  /** Returns how many nanoseconds a message takes. */
  long delay(Random random) {
    if (random.nextDouble() < late) {
      return outage(random);
    }
    return 1L + random.nextInt(random.nextDouble() < slow ? 3_000_000 : 100_000);
  }

  /** Returns half a timeout to three times a timeout, in nanoseconds, whichever timeout it is. */
  static long outage(Random random) {
    UpdateSettings settings = RemoteEngine.SETTINGS;
    Duration timeout =
        switch (random.nextInt(3)) {
          case 0 -> settings.switchTimeout();
          case 1 -> settings.drainTimeout();
          default -> settings.transferTimeout();
        };
    return (long) (timeout.toNanos() * (0.5 + 2.5 * random.nextDouble()));
  }
}
