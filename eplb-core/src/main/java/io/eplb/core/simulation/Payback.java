package io.eplb.core.simulation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The number of steps after which a plan has paid for its moves: the time of the moves ÷ the time
 * that a step saves against the table that all contenders started from.
 *
 * <p>Example: the moves of a plan take 4 ms, and a step takes 0.9 ms with it instead of 1 ms. The
 * plan has paid for itself after 40 steps.
 *
 * @param first the steps for the first plan, by the mean saving over all steps; 0 if it moves
 *     nothing, empty if it never pays since a step saves nothing
 * @param later the same for the mean of the later plans, by the mean saving over the steps after
 *     them; empty too if there is none
 */
public record Payback(OptionalDouble first, OptionalDouble later) {
  /**
   * Computes the steps for a contender.
   *
   * @param windows its figures window by window
   * @param steps its figures on single steps
   * @param start those of the table that it started from
   * @return empty if steps were not timed or moves have no price
   */
  static Optional<Payback> of(List<WindowScore> windows, StepScore steps, StepScore start) {
    if (steps.micros().isEmpty() || windows.get(0).moveMicros().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Payback(
            steps(windows.subList(0, 1), steps.windows(), start.windows()),
            steps(
                windows.subList(1, windows.size()),
                steps.windows().subList(1, windows.size()),
                start.windows().subList(1, windows.size()))));
  }

  private static OptionalDouble steps(
      List<WindowScore> plans, List<StepBand> steps, List<StepBand> start) {
    OptionalDouble moves =
        plans.stream().mapToDouble(plan -> plan.moveMicros().orElse(0.0)).average();
    if (moves.isEmpty() || moves.getAsDouble() == 0.0) {
      return moves;
    }
    double saved = micros(start) - micros(steps);
    return saved > 0.0
        ? OptionalDouble.of(Math.ceil(moves.getAsDouble() / saved))
        : OptionalDouble.empty();
  }

  private static double micros(List<StepBand> windows) {
    return windows.stream()
        .mapToDouble(window -> window.micros().orElse(0.0))
        .average()
        .orElse(0.0);
  }
}
