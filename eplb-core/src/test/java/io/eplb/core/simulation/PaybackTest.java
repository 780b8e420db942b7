package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PaybackTest {
  private static final StepScore START = steps(1_000, 1_000, 1_000);

  @Test
  void theFirstPlanIsPaidByTheSavingOfAllStepsAndTheLaterOnesByThatOfTheirOwn() {
    Payback payback = Payback.of(plans(4_000, 300, 100), steps(940, 880, 880), START).orElseThrow();
    assertEquals(OptionalDouble.of(40), payback.first());
    assertEquals(OptionalDouble.of(2), payback.later());
  }

  @Test
  void aPlanThatSavesNothingNeverPaysAndOneThatMovesNothingCostsNothing() {
    Payback payback =
        Payback.of(plans(4_000, 0, 0), steps(1_000, 1_000, 1_001), START).orElseThrow();
    assertEquals(OptionalDouble.empty(), payback.first());
    assertEquals(OptionalDouble.of(0), payback.later());
  }

  @Test
  void aSinglePlanHasNoLaterOnes() {
    Payback payback = Payback.of(plans(10), steps(999), steps(1_000)).orElseThrow();
    assertEquals(OptionalDouble.of(10), payback.first());
    assertEquals(OptionalDouble.empty(), payback.later());
  }

  @Test
  void stepsWithoutTimeAndMovesWithoutPricePayNothing() {
    assertTrue(Payback.of(plans(Double.NaN), steps(999), steps(1_000)).isEmpty());
    StepScore untimed = steps(Double.NaN);
    assertTrue(Payback.of(plans(10), untimed, untimed).isEmpty());
  }

  /** Plans whose moves take so many microseconds, NaN for no price. */
  private static List<WindowScore> plans(double... micros) {
    return DoubleStream.of(micros)
        .mapToObj(move -> new WindowScore(0, 1, 1, 1, 1, 1, 1, 0, number(move), 0))
        .toList();
  }

  /** Windows whose steps take so many microseconds, NaN for no time. */
  private static StepScore steps(double... micros) {
    Spread one = new Spread(1, 1, 1, 1);
    return new StepScore(
        micros.length,
        one,
        one,
        Double.isNaN(micros[0]) ? Optional.empty() : Optional.of(one),
        List.of(),
        DoubleStream.of(micros).mapToObj(time -> new StepBand(1, 1, 1, 1, number(time))).toList());
  }

  private static OptionalDouble number(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
