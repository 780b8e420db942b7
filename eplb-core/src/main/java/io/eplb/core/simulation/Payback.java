package io.eplb.core.simulation;

import io.eplb.api.InvalidInputException;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The number of steps after which a plan has paid for its moves: the time of the moves ÷ the time
 * that a step saves against the table that all contenders started from.
 *
 * <p>Example: a plan's moves take 4 ms, and a step takes 0.9 ms with it instead of 1 ms. It has
 * paid for itself after 40 steps.
 *
 * @param first the steps for the first plan, by the mean saving over all steps; 0 if it moves
 *     nothing, empty if a step saves nothing
 * @param later the same for the mean of the later plans, by the mean saving over the steps after
 *     them; empty too if there is none
 */
public record Payback(OptionalDouble first, OptionalDouble later) {
  /**
   * Computes the steps for a contender.
   *
   * @param score a contender's, whose steps were timed and moves priced
   * @param start the score of the table that it started from
   * @throws InvalidInputException if steps were not timed or moves not priced
   */
  public static Payback of(PolicyScore score, StepScore start) {
    return new Payback(from(0, score, start), from(1, score, start));
  }

  private static OptionalDouble from(int first, PolicyScore score, StepScore start) {
    int windows = score.windows().size();
    if (first == windows) {
      return OptionalDouble.empty();
    }
    int plans = first == 0 ? 1 : windows - first;
    double moves =
        score.windows().stream().skip(first).limit(plans).mapToDouble(Payback::moves).sum() / plans;
    if (moves == 0.0) {
      return OptionalDouble.of(0.0);
    }
    StepScore with =
        score.steps().orElseThrow(() -> new InvalidInputException("the steps were not scored"));
    double saved = 0.0;
    ToDoubleFunction<StepBand> micros =
        band ->
            band.micros().orElseThrow(() -> new InvalidInputException("the steps were not timed"));
    for (int window = first; window < windows; window++) {
      saved +=
          (micros.applyAsDouble(start.windows().get(window))
                  - micros.applyAsDouble(with.windows().get(window)))
              / (windows - first);
    }
    return saved > 0.0 ? OptionalDouble.of(Math.ceil(moves / saved)) : OptionalDouble.empty();
  }

  private static double moves(WindowScore window) {
    return window
        .moveMicros()
        .orElseThrow(() -> new InvalidInputException("the moves have no price"));
  }
}
