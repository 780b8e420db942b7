package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.core.argument.Require;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.load.Weighting;
import io.eplb.core.update.UpdateSettings;

/**
 * The settings of a runtime that are not in an engine's configuration. Immutable.
 *
 * @param contract the limits of the policy
 * @param update the limits of an update
 * @param benefit the least benefit of a change
 * @param weighting the weight of each interval in the estimate of the next one
 * @param budget the most experts that a plan may move
 * @param seed the seed of random choices in the policy
 * @param failureLimit failed cycles in a row after which the rebalancing stops, 1 to {@value
 *     #MAX_FAILURE_LIMIT}; where ranks are other processes, only failures of the policy count
 * @param watchdogIntervals intervals (collecting and planning) without a successful cycle after
 *     which the watchdog speaks, 1 to {@value #MAX_WATCHDOG_INTERVALS}
 */
public record RuntimeSettings(
    ContractSettings contract,
    UpdateSettings update,
    BenefitSettings benefit,
    Weighting weighting,
    MigrationBudget budget,
    long seed,
    int failureLimit,
    int watchdogIntervals) {
  /** The greatest failure limit. */
  public static final int MAX_FAILURE_LIMIT = 1_000;

  /** The most intervals of the watchdog. */
  public static final int MAX_WATCHDOG_INTERVALS = 1_000_000;

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of its range
   */
  public RuntimeSettings {
    Require.inRange("the failure limit", failureLimit, 1, MAX_FAILURE_LIMIT);
    Require.inRange("watchdog intervals", watchdogIntervals, 1, MAX_WATCHDOG_INTERVALS);
  }

  /**
   * Returns the defaults of every part: an exponential average with an alpha of 0.25, no budget,
   * seed 0, three failures, ten intervals.
   */
  public static RuntimeSettings defaults() {
    return new RuntimeSettings(
        ContractSettings.defaults(),
        UpdateSettings.DEFAULT,
        BenefitSettings.DEFAULT,
        Weighting.exponential(0.25),
        MigrationBudget.UNLIMITED,
        0L,
        3,
        10);
  }

  /** Returns these settings with other limits of the policy. */
  public RuntimeSettings withContract(ContractSettings newContract) {
    return new RuntimeSettings(
        newContract, update, benefit, weighting, budget, seed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with other limits of an update. */
  public RuntimeSettings withUpdate(UpdateSettings newUpdate) {
    return new RuntimeSettings(
        contract, newUpdate, benefit, weighting, budget, seed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with another least benefit. */
  public RuntimeSettings withBenefit(BenefitSettings newBenefit) {
    return new RuntimeSettings(
        contract, update, newBenefit, weighting, budget, seed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with another estimate. */
  public RuntimeSettings withWeighting(Weighting newWeighting) {
    return new RuntimeSettings(
        contract, update, benefit, newWeighting, budget, seed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with another budget. */
  public RuntimeSettings withBudget(MigrationBudget newBudget) {
    return new RuntimeSettings(
        contract, update, benefit, weighting, newBudget, seed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with another seed. */
  public RuntimeSettings withSeed(long newSeed) {
    return new RuntimeSettings(
        contract, update, benefit, weighting, budget, newSeed, failureLimit, watchdogIntervals);
  }

  /** Returns these settings with another failure limit. */
  public RuntimeSettings withFailureLimit(int newLimit) {
    return new RuntimeSettings(
        contract, update, benefit, weighting, budget, seed, newLimit, watchdogIntervals);
  }

  /** Returns these settings with other intervals of the watchdog. */
  public RuntimeSettings withWatchdogIntervals(int newIntervals) {
    return new RuntimeSettings(
        contract, update, benefit, weighting, budget, seed, failureLimit, newIntervals);
  }
}
