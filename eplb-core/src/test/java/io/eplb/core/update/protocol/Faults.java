package io.eplb.core.update.protocol;

import java.util.Random;

/**
 * The likelihood of each fault in one schedule: each kind is absent in most schedules, rare in
 * some, and frequent in a few.
 */
final class Faults {
  final double receiveFails;
  final double receiveThrows;
  final double receiveIsSlow;
  final double receiveNeverEnds;
  double receiveHasNoStage;
  final double exchangeFailsOnce;
  double exchangeFailsForGood;
  boolean exchangeFailsTwiceInARow = true;
  final double stepNeverEnds;
  final double rankGoesSilent;
  final double listenerThrows;
  final double listenerBreaksMachine;
  final double anotherWriter;
  final double shutdown;
  final double secondUpdateMeanwhile;

  Faults(Random random, boolean none) {
    receiveFails = likelihood(random, none);
    receiveThrows = likelihood(random, none);
    receiveIsSlow = likelihood(random, none);
    receiveNeverEnds = likelihood(random, none);
    receiveHasNoStage = likelihood(random, none) / 4;
    exchangeFailsOnce = likelihood(random, none);
    exchangeFailsForGood = likelihood(random, none) / 10;
    stepNeverEnds = likelihood(random, none) / 20;
    rankGoesSilent = likelihood(random, none) / 20;
    listenerThrows = likelihood(random, none) * 3;
    listenerBreaksMachine = likelihood(random, none);
    anotherWriter = likelihood(random, none);
    shutdown = likelihood(random, none);
    secondUpdateMeanwhile = likelihood(random, none) * 3;
  }

  /** Leaves out what memory or buffers never recover from. */
  Faults withoutLoss() {
    exchangeFailsForGood = 0.0;
    exchangeFailsTwiceInARow = false;
    receiveHasNoStage = 0.0;
    return this;
  }

  private static double likelihood(Random random, boolean none) {
    int kind = random.nextInt(10);
    double drawn = random.nextDouble();
    if (none || kind < 6) {
      return 0.0;
    }
    return kind < 9 ? drawn * 0.05 : drawn * 0.3;
  }
}
