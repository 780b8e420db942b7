package io.eplb.core.update.promise;

import java.util.ArrayList;
import java.util.List;

/**
 * All that crosses from one party to another: messages, requests to the record, calls of a gate.
 * They are numbered, so that a fault can strike just before or just after any of them, and traced.
 */
final class Arrows {
  private final Trace trace;
  private final List<Strike> strikes = new ArrayList<>();
  private int count;

  Arrows(Trace trace) {
    this.trace = trace;
  }

  /**
   * A fault at an arrow.
   *
   * @param arrow the number of the arrow
   * @param before whether it strikes before the arrow, else after it
   */
  private record Strike(int arrow, boolean before, Runnable fault) {}

  void strike(int arrow, boolean before, Runnable fault) {
    strikes.add(new Strike(arrow, before, fault));
  }

  /** Lets no more faults strike. */
  void endStrikes() {
    strikes.clear();
  }

  /** Lets something cross. */
  void cross(Object by, Object what, Runnable event) {
    int number = count++;
    strike(number, true);
    trace.add(by, what);
    event.run();
    strike(number, false);
  }

  private void strike(int number, boolean before) {
    for (Strike strike : List.copyOf(strikes)) {
      if (strike.arrow == number && strike.before == before) {
        strike.fault.run();
      }
    }
  }

  /** Returns the number of arrows so far. */
  int count() {
    return count;
  }
}
