package io.eplb.api.kit;

import org.jspecify.annotations.Nullable;

/**
 * The settings of a run of the kit. The seed is the same on every run, so that a build gives the
 * same answer twice, unless another one is asked for.
 *
 * @param seed what every random case follows from
 * @param rounds how many random cases there are, 0 to 1,000,000
 * @param only the one case that is tried; null for all
 */
record KitRun(long seed, int rounds, @Nullable Scenario only) {
  static final String SEED_PROPERTY = "eplb.kit.seed";
  static final String ROUNDS_PROPERTY = "eplb.kit.rounds";
  static final String CASE_PROPERTY = "eplb.kit.case";
  private static final int MAX_ROUNDS = 1_000_000;

  /** Reads the system properties; a seed of {@code random} is a new one on every run. */
  static KitRun fromSystemProperties() {
    String seed = System.getProperty(SEED_PROPERTY, "1");
    String rounds = System.getProperty(ROUNDS_PROPERTY, "40");
    String only = System.getProperty(CASE_PROPERTY);
    return new KitRun(
        seed.equals("random")
            ? System.nanoTime()
            : number(SEED_PROPERTY, seed, Long.MIN_VALUE, Long.MAX_VALUE),
        (int) number(ROUNDS_PROPERTY, rounds, 0, MAX_ROUNDS),
        only == null ? null : ScenarioText.parse(only));
  }

  private static long number(String property, String text, long minimum, long maximum) {
    try {
      long number = Long.parseLong(text);
      if (number >= minimum && number <= maximum) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, as any other number that cannot be used.
    }
    throw new IllegalArgumentException(
        "system property "
            + property
            + " is '"
            + text
            + "'; it must be a whole number from "
            + minimum
            + " to "
            + maximum);
  }

  /** Returns the settings that make the same cases again. */
  String replay() {
    return "-D" + SEED_PROPERTY + "=" + seed + " -D" + ROUNDS_PROPERTY + "=" + rounds;
  }

  /** Returns the settings that try one test on one case alone. */
  static String replay(String test, Scenario scenario) {
    return "-Dtest=" + test + " -D" + CASE_PROPERTY + "=" + ScenarioText.of(scenario);
  }
}
