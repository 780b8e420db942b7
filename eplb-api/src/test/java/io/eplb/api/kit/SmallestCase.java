package io.eplb.api.kit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** Turns the first case that fails a check into the smallest one of its seed that still does. */
final class SmallestCase {
  /** The most smaller cases that are tried. */
  private static final int MOST_ATTEMPTS = 400;

  private SmallestCase() {}

  /**
   * Fails with the smallest failing case, if any case fails the check.
   *
   * @param test class and method of the test, as a build selects it: {@code AcmeTest#p3Places}
   */
  static void assertNoFault(
      String policy, String test, KitRun run, List<Scenario> cases, Check check) {
    for (Scenario scenario : cases) {
      Fault fault = check.firstFault(scenario);
      if (fault != null) {
        Fault smallest = smallest(fault, check);
        Scenario smallestCase = smallest.call().scenario();
        throw new AssertionFailedError(
            "policy "
                + policy
                + ": "
                + smallest.what()
                + "\n  smallest case: "
                + smallestCase
                + ", in call "
                + smallest.call().number()
                + "\n  "
                + smallest.call().shown(smallest.layer())
                + "\n  replay it alone: "
                + KitRun.replay(test, smallestCase)
                + "\n  found with: "
                + scenario
                + "\n  replay all cases: "
                + run.replay(),
            smallest.call().thrown());
      }
    }
  }

  private static Fault smallest(Fault first, Check check) {
    Fault smallest = first;
    int attempts = 0;
    @Nullable Fault found = first;
    while (found != null) {
      smallest = found;
      found = null;
      for (Scenario simpler : smallest.call().scenario().simpler()) {
        if (attempts++ == MOST_ATTEMPTS) {
          return smallest;
        }
        found = check.firstFault(simpler);
        if (found != null) {
          break;
        }
      }
    }
    return smallest;
  }
}
