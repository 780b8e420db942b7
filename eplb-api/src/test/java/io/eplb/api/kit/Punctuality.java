package io.eplb.api.kit;

import io.eplb.api.Deadline;
import io.eplb.api.EplbException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rule P8, on a clock that advances whenever the policy reads it: a policy that searches until time
 * is up makes the time pass, and one that reads the clock without end is caught.
 */
final class Punctuality {
  private static final int LOOKS_TO_THE_DEADLINE = 10_000;
  private static final long STEP_NANOS = 10_000;

  private final Subject subject;

  Punctuality(Subject subject) {
    this.subject = subject;
  }

  /** Gives so much time that only its own end can stop a search. */
  @Nullable Fault withADay(Scenario scenario) {
    return lateness(scenario, Deadline.MAX.toNanos());
  }

  /** Gives so little time that a search without end has to stop in the middle. */
  @Nullable Fault withLittleTime(Scenario scenario) {
    return lateness(scenario, LOOKS_TO_THE_DEADLINE * STEP_NANOS);
  }

  /** Looks for an answer that comes too late, or not at all, though there was time. */
  private @Nullable Fault lateness(Scenario scenario, long nanos) {
    if (Judge.anything(subject.history(scenario), true) != null) {
      return null;
    }
    List<SteppingClock> clocks = new ArrayList<>();
    History history =
        History.of(
            subject.newInstance(),
            scenario,
            () -> {
              SteppingClock clock = new SteppingClock(STEP_NANOS, 20L * LOOKS_TO_THE_DEADLINE);
              clocks.add(clock);
              return scenario
                  .context(subject.defaults())
                  .deadline(Deadline.in(Duration.ofNanos(nanos), clock))
                  .build();
            });
    for (Call call : history.calls()) {
      if (call.answer() == null) {
        return new Fault("P8: under a deadline, the outcome is " + call.outcome(), call, 0);
      }
      if (clocks.get(call.number()).now() >= nanos) {
        return new Fault(
            "P8: the answer comes when the deadline has passed; stop while time remains", call, 0);
      }
    }
    return null;
  }

  /**
   * Asks when the deadline has passed: an answer has to obey the rules, and an {@link
   * EplbException} is as good.
   */
  @Nullable Fault withoutTime(Scenario scenario, boolean duplicatesAllowed) {
    if (Judge.anything(subject.history(scenario), duplicatesAllowed) != null) {
      return null;
    }
    History history =
        History.of(
            subject.newInstance(),
            scenario,
            () ->
                scenario
                    .context(subject.defaults())
                    .deadline(
                        Deadline.in(
                            Duration.ZERO, new SteppingClock(STEP_NANOS, LOOKS_TO_THE_DEADLINE)))
                    .build());
    Fault exception = Judge.exception(history);
    if (exception != null && exception.call().thrown() instanceof EplbException) {
      return null;
    }
    Fault fault = Judge.anything(history, duplicatesAllowed);
    return fault == null
        ? null
        : new Fault(
            "P8: when the deadline has passed, " + fault.what(), fault.call(), fault.layer());
  }
}
