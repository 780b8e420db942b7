package io.eplb.api.kit;

import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerRunner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rule P7: finds answers that differ though nothing differs that an answer may depend on. A policy
 * that does not even repeat itself is left out of all comparisons but that of two instances.
 */
final class Repeatability {
  private final Subject subject;

  Repeatability(Subject subject) {
    this.subject = subject;
  }

  /** Compares two new instances. */
  @Nullable Fault ofTwoInstances(Scenario scenario) {
    return difference(
        "two instances with the same history answered differently",
        subject.history(scenario),
        subject.history(scenario));
  }

  /** Compares one layer after the other with every other schedule on one thread. */
  @Nullable Fault amongSchedules(Scenario scenario) {
    if (!subject.repeats(scenario)) {
      return null;
    }
    for (LayerSchedule schedule : LayerSchedule.ON_ONE_THREAD) {
      Fault fault =
          difference(
              "run " + schedule + ", layers came out differently than one after the other",
              subject.history(scenario),
              subject.history(subject.newInstance(), scenario, schedule));
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  /** Compares four workers on four threads with the same workers on one. */
  @Nullable Fault amongThreads(Scenario scenario) {
    return subject.repeats(scenario)
        ? difference(
            "four threads at once led to another answer than one thread",
            subject.history(subject.newInstance(), scenario, LayerSchedule.WORKER_BY_WORKER),
            subject.history(subject.newInstance(), scenario, LayerSchedule.FOUR_WORKERS))
        : null;
  }

  /** Compares a new instance with one that was used before. */
  @Nullable Fault afterUse(EplbPolicy used, Scenario scenario) {
    return subject.repeats(scenario)
        ? difference(
            "an instance that was used before answered differently from a new one;"
                + " is it stateful()?",
            subject.history(scenario),
            subject.history(used, scenario, LayerRunner.sequential()))
        : null;
  }

  /** Compares one instance that is called by many at once with one that is called in turn. */
  @Nullable Fault amongOverlappingCalls(Scenario scenario, List<Scenario> others) {
    List<Scenario> mixed = new ArrayList<>(others);
    mixed.add(0, scenario);
    EplbPolicy usedInTurn = subject.newInstance();
    List<History> expected = new ArrayList<>();
    for (Scenario each : mixed) {
      History inTurn = subject.history(usedInTurn, each, LayerRunner.sequential());
      if (!subject.repeats(each) || inTurn.firstDifference(subject.history(each)) != null) {
        return null;
      }
      expected.add(inTurn);
    }
    EplbPolicy shared = subject.newInstance();
    Meeting meeting = new Meeting(mixed.size());
    History[] actual = new History[mixed.size()];
    List<Runnable> tasks = new ArrayList<>();
    for (int member = 0; member < actual.length; member++) {
      int index = member;
      tasks.add(
          () -> {
            actual[index] = subject.history(shared, mixed.get(index), meeting);
            meeting.leave();
          });
    }
    Crew.runTogether(tasks);
    for (int member = 0; member < actual.length; member++) {
      Fault fault =
          difference(
              "called by several threads at once, the policy answered differently from one call"
                  + " after the other; is it stateful()?",
              expected.get(member),
              actual[member]);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private static @Nullable Fault difference(String what, History expected, History actual) {
    Call call = expected.firstDifference(actual);
    if (call == null) {
      return null;
    }
    Call other = actual.calls().size() > call.number() ? actual.calls().get(call.number()) : null;
    AnswerDifference difference = AnswerDifference.of(call, other);
    return new Fault("P7: " + what + ": " + difference.text(), call, difference.layer());
  }
}
