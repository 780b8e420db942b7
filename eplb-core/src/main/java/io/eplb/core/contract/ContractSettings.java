package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.InvalidInputException;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.contract.Rule;
import io.eplb.api.wording.Bounds;
import io.eplb.core.argument.Require;
import io.eplb.core.parallel.LayerWorkers;
import java.time.Duration;
import java.util.List;

/**
 * The limits that a {@link GuardedPolicy} sets to its policy: time, rules, failures. An embedding
 * program starts from {@link #defaults} and changes single values. Immutable.
 *
 * @param processors threads that run layers, 1 to {@value LayerWorkers#MAX_PROCESSORS}
 * @param deadline the time for one answer (rule P8), 1 ms to 1 day
 * @param rules the rules for every proposed layer (P2–P6 and P9, or some of them)
 * @param alignSlots true to put an expert that stays on its rank back into its slot
 * @param probeDeterminism true to put every question to a second instance too (rule P7)
 * @param failureLimit rejected plans in a row after which the policy is switched off, 1 to {@value
 *     #MAX_FAILURE_LIMIT}
 */
public record ContractSettings(
    int processors,
    Duration deadline,
    PlacementRules rules,
    boolean alignSlots,
    boolean probeDeterminism,
    int failureLimit) {
  /** The shortest deadline. */
  public static final Duration MIN_DEADLINE = Duration.ofMillis(1);

  /** The greatest failure limit. */
  public static final int MAX_FAILURE_LIMIT = 1_000;

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of its range
   */
  public ContractSettings {
    Require.inRange("processors", processors, 1, LayerWorkers.MAX_PROCESSORS);
    Require.inRange("the failure limit", failureLimit, 1, MAX_FAILURE_LIMIT);
    if (deadline.compareTo(MIN_DEADLINE) < 0 || deadline.compareTo(Deadline.MAX) > 0) {
      throw new InvalidInputException(
          Bounds.outside("the deadline", deadline, MIN_DEADLINE, Deadline.MAX));
    }
    for (Rule rule : List.of(Rule.P2, Rule.P3)) {
      if (rules.rules().stream().noneMatch(applied -> applied.rule() == rule)) {
        throw new InvalidInputException(
            "the rules lack %s (%s), without which no expert table can be built"
                .formatted(rule, rule.statement()));
      }
    }
  }

  /**
   * Returns the defaults: all processors, 30 seconds, rules P2–P6 and P9, aligned slots, no probe,
   * three failures.
   */
  public static ContractSettings defaults() {
    int available = Runtime.getRuntime().availableProcessors();
    return new ContractSettings(
        Math.min(available, LayerWorkers.MAX_PROCESSORS),
        Duration.ofSeconds(30),
        PlacementRules.standard(),
        true,
        false,
        3);
  }

  /** Returns these settings with another number of threads. */
  public ContractSettings withProcessors(int newProcessors) {
    return new ContractSettings(
        newProcessors, deadline, rules, alignSlots, probeDeterminism, failureLimit);
  }

  /** Returns these settings with another deadline. */
  public ContractSettings withDeadline(Duration newDeadline) {
    return new ContractSettings(
        processors, newDeadline, rules, alignSlots, probeDeterminism, failureLimit);
  }

  /** Returns these settings with other rules. */
  public ContractSettings withRules(PlacementRules newRules) {
    return new ContractSettings(
        processors, deadline, newRules, alignSlots, probeDeterminism, failureLimit);
  }

  /** Returns these settings with aligned slots, or with the slots of the policy. */
  public ContractSettings withAlignSlots(boolean align) {
    return new ContractSettings(processors, deadline, rules, align, probeDeterminism, failureLimit);
  }

  /** Returns these settings with the determinism probe on or off. */
  public ContractSettings withProbeDeterminism(boolean probe) {
    return new ContractSettings(processors, deadline, rules, alignSlots, probe, failureLimit);
  }

  /** Returns these settings with another failure limit. */
  public ContractSettings withFailureLimit(int newFailureLimit) {
    return new ContractSettings(
        processors, deadline, rules, alignSlots, probeDeterminism, newFailureLimit);
  }
}
