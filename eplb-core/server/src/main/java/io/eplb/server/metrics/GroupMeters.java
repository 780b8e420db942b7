package io.eplb.server.metrics;

import io.eplb.server.observe.RoundRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** The figures of a group's rounds. */
final class GroupMeters {
  private final MeterSet meters;
  private final Counter changed;
  private final Counter unchanged;
  private final Counter divided;
  private final Counter missing;
  private final Counter different;

  GroupMeters(MeterRegistry registry, String group) {
    meters = new MeterSet(registry, Tags.of("group", group));
    changed = rounds("changed");
    unchanged = rounds("unchanged");
    divided = rounds("divided");
    missing = meters.counter("eplb.ranks.missing", "Ranks that did not ask in time, by round.");
    different =
        meters.counter(
            "eplb.ranks.different", "Ranks that asked something else than most, by round.");
  }

  private Counter rounds(String outcome) {
    return meters.counter(
        "eplb.rounds",
        "Decided rounds; divided: a rank was missing or different, so nothing changes.",
        "outcome",
        outcome);
  }

  void add(RoundRecord round) {
    if (!round.unanimous()) {
      divided.increment();
    } else if (round.changed()) {
      changed.increment();
    } else {
      unchanged.increment();
    }
    missing.increment(round.missing().size());
    different.increment(round.different().size());
  }

  void remove() {
    meters.remove();
  }
}
