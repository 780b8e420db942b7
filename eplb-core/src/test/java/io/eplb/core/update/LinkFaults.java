package io.eplb.core.update;

import java.util.Random;

/** How likely what happens to messages and to the processes at their far end in one schedule. */
final class LinkFaults {
  final double lost;
  final double slow;
  final double twice;
  final double rankDies;
  final double recordIsAway;

  LinkFaults(Random random, boolean none) {
    lost = likelihood(random, none) / 2;
    slow = likelihood(random, none);
    twice = likelihood(random, none) * 2;
    rankDies = likelihood(random, none) / 5;
    recordIsAway = likelihood(random, none);
  }

  private static double likelihood(Random random, boolean none) {
    int kind = random.nextInt(10);
    double drawn = random.nextDouble();
    if (none || kind < 5) {
      return 0.0;
    }
    return kind < 9 ? drawn * 0.05 : drawn * 0.3;
  }
}
