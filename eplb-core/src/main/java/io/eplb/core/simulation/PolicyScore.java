package io.eplb.core.simulation;

import com.google.common.math.Quantiles;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.balance.RankLoads;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The figures of one contender over all windows that were scored, at least one.
 *
 * @param label the name it was entered under
 * @param policy the policy's own name
 * @param reference whether it is a reference and not a competing policy
 * @param parNextWindow PAR over all layers and windows, each plan on the window after it
 * @param parSameWindow PAR over all layers and windows, each plan on the window before it
 * @param rejectedLayers layers whose proposal broke a rule, over all windows
 * @param duplicates the most surplus replicas of an expert on one rank that any table had
 * @param failedPlans windows in which the whole plan was rejected
 * @param lastFailure the reason for the latest of them
 * @param uncoveredPerLayer the experts that do not survive as many failures as they should, mean
 *     over layers and windows, if any are to be survived
 * @param windows the figures window by window
 * @param steps the figures on single steps, if they are scored
 * @param payback the steps after which plans have paid for their moves, if steps are timed and
 *     moves have a price
 * @param parByLayer PAR of each layer on the next window, mean over the windows
 * @param table the table in force at the end
 * @param lastWindow the load of every rank under that table in the last window that was scored
 */
public record PolicyScore(
    String label,
    String policy,
    boolean reference,
    BalanceSummary parNextWindow,
    BalanceSummary parSameWindow,
    long rejectedLayers,
    long duplicates,
    int failedPlans,
    Optional<String> lastFailure,
    OptionalDouble uncoveredPerLayer,
    List<WindowScore> windows,
    Optional<StepScore> steps,
    Optional<Payback> payback,
    List<Double> parByLayer,
    ExpertTable table,
    RankLoads lastWindow) {
  /** Returns the experts moved by the first plan, mean over the layers. */
  public double movedFirst() {
    return windows.get(0).movedPerLayer();
  }

  /**
   * Returns the experts moved after the first plan, mean over layers and windows, if there was a
   * second plan.
   */
  public OptionalDouble movedSteady() {
    return windows.stream().skip(1).mapToDouble(WindowScore::movedPerLayer).average();
  }

  /** Returns the time of the first plan's moves in microseconds, if moves have a price. */
  public OptionalDouble moveMicrosFirst() {
    return windows.get(0).moveMicros();
  }

  /**
   * Returns the mean time of a later plan's moves in microseconds, if moves have a price and there
   * was a second plan.
   */
  public OptionalDouble moveMicrosSteady() {
    return windows.stream()
        .skip(1)
        .flatMapToDouble(window -> window.moveMicros().stream())
        .average();
  }

  /**
   * Returns the predicted time of a step over all layers with its part of the moves of all plans,
   * in microseconds, mean over the steps; if steps are timed and moves have a price.
   */
  public OptionalDouble stepMicrosWithMoves() {
    OptionalDouble moves =
        windows.stream().flatMapToDouble(window -> window.moveMicros().stream()).average();
    return steps.stream()
        .filter(scored -> moves.isPresent())
        .flatMap(
            scored ->
                scored.micros().stream()
                    .map(
                        micros ->
                            micros.mean() + moves.getAsDouble() * windows.size() / scored.steps()))
        .mapToDouble(micros -> micros)
        .findFirst();
  }

  /** Returns the median of the planning times in milliseconds. */
  public double planMillisMedian() {
    return Quantiles.median().compute(windows.stream().map(WindowScore::planMillis).toList());
  }

  /** Returns the longest planning time in milliseconds. */
  public double planMillisMax() {
    return windows.stream().mapToDouble(WindowScore::planMillis).max().orElse(0.0);
  }
}
