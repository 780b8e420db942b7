package io.eplb.core.simulation;

import io.eplb.api.Dispatch;
import io.eplb.core.load.Weighting;
import java.util.Optional;

/**
 * The settings of a simulation.
 *
 * @param weighting the weight of each window in the estimate that plans are made from
 * @param planFromSteps whether every single step is a window of the estimate, instead of the sum of
 *     a window's steps; for recordings of steps alone
 * @param dispatch the way in which tokens are spread over replicas, by which every score is taken
 * @param stepTime the model that predicts the time of single steps; for recordings of steps alone
 * @param movePrice the price of the moves, if their time is to be counted
 */
public record SimulationSettings(
    Weighting weighting,
    boolean planFromSteps,
    Dispatch dispatch,
    Optional<StepTimeModel> stepTime,
    Optional<MovePrice> movePrice) {
  /** Returns settings with windows as they are, an even split and no times. */
  public static SimulationSettings of(Weighting weighting) {
    return new SimulationSettings(
        weighting, false, Dispatch.EVEN, Optional.empty(), Optional.empty());
  }

  /** Returns these settings with a dispatch. */
  public SimulationSettings under(Dispatch other) {
    return new SimulationSettings(weighting, planFromSteps, other, stepTime, movePrice);
  }
}
