package io.eplb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.PlannedStep;
import io.eplb.core.simulation.Simulation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(2, 2, 1, 1, 0);
  private static final LoadRecording THREE_WINDOWS =
      LoadRecording.of(3, 1, 2, new double[] {3, 1, 2, 2, 1, 3});

  /** A contender that keeps its table and takes as long for its plans as it is told. */
  private static class Keeping implements Contender {
    private final IntToLongFunction nanos;
    private final List<double[]> estimates = new ArrayList<>();
    private boolean closed;

    Keeping() {
      this(plan -> 1_000_000);
    }

    /** Creates one whose plans, counted from 0, take so many nanoseconds. */
    Keeping(IntToLongFunction nanos) {
      this.nanos = nanos;
    }

    @Override
    public String label() {
      return "keeping";
    }

    @Override
    public String policy() {
      return "keeping";
    }

    @Override
    public boolean reference() {
      return false;
    }

    @Override
    public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
      estimates.add(estimate.sum());
      return new PlannedStep(
          current,
          Rebalance.unchanged(current),
          0,
          0,
          nanos.applyAsLong(estimates.size() - 1),
          Optional.empty());
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static Comparison comparison(
      boolean mayRefuse, int rounds, Simulation.Progress progress, Contenders.Entrant entrant) {
    return new Comparison(
        () -> LoadTrace.of(THREE_WINDOWS),
        TOPOLOGY,
        Dispatch.EVEN,
        List.of(entrant),
        mayRefuse,
        rounds,
        progress);
  }

  @Test
  void thePlansOfTheRatioSeeTheLastWindowAndThoseOfTheRestAnAverage() {
    List<Keeping> entered = new ArrayList<>();
    PolicyFigures figures =
        comparison(
                false, 1, (scored, outOf) -> {}, (topology, ranks) -> enter(entered, new Keeping()))
            .run()
            .orElseThrow()
            .get(0);
    assertEquals(2, entered.size());
    assertEquals(List.of(3.0, 1.0), boxed(entered.get(0).estimates.get(0)));
    assertEquals(List.of(2.0, 2.0), boxed(entered.get(0).estimates.get(1)));
    assertEquals(List.of(2.75, 1.25), boxed(entered.get(1).estimates.get(1)));
    assertTrue(entered.stream().allMatch(contender -> contender.closed));
    // The layout is scored on the windows 1 and 2.
    assertEquals((1.0 + 2.0 / 3.0) / 2, figures.ratioOfRanks(), 1e-12);
    assertEquals((1.0 + 1.5) / 2, figures.score().parNextWindow().mean(), 1e-12);
    assertFalse(figures.failed());
  }

  private static Contender enter(List<Keeping> entered, Keeping contender) {
    entered.add(contender);
    return contender;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void timesAreThoseOfTheLaterHalfOfTheRoundsFirstAndLaterPlansApart() {
    List<Keeping> entered = new ArrayList<>();
    PolicyFigures figures =
        comparison(
                false,
                4,
                (scored, outOf) -> {},
                (topology, ranks) -> {
                  int round = entered.size() - 1; // the first is that of the ratio
                  return enter(
                      entered,
                      new Keeping(
                          plan -> round < 2 ? 900_000_000 : plan == 0 ? 3_000_000 : 1_000_000));
                })
            .run()
            .orElseThrow()
            .get(0);
    assertEquals(5, entered.size());
    assertEquals(3.0, figures.first().planMillis());
    assertEquals(1.0, figures.later().planMillis());
    assertTrue(figures.later().planOverSort() > 0.0);
  }

  @Test
  void progressCountsTheWindowsOfAllReplays() {
    List<String> told = new ArrayList<>();
    comparison(
            false,
            2,
            (scored, outOf) -> told.add(scored + "/" + outOf),
            (topology, ranks) -> new Keeping())
        .run();
    assertEquals(List.of("1/6", "2/6", "3/6", "4/6", "5/6", "6/6"), told);
  }

  @Test
  void aPolicyThatRefusesTheGroupHasNoFiguresOrEndsTheComparison() {
    Contenders.Entrant refusing =
        (topology, ranks) ->
            new Keeping() {
              @Override
              public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
                throw new UnsupportedRequestException("not on two ranks");
              }
            };
    PolicyFigures figures =
        comparison(true, 1, (scored, outOf) -> {}, refusing).run().orElseThrow().get(0);
    assertEquals(Optional.of("not on two ranks"), figures.refusal());
    assertTrue(figures.failed());
    assertThrows(
        UnsupportedRequestException.class,
        () -> comparison(false, 1, (scored, outOf) -> {}, refusing).run());
  }

  @Test
  void aStoppedComparisonHasNoResultWhereverItWasStopped() {
    for (int stopAt = 1; stopAt <= 6; stopAt++) {
      int at = stopAt;
      Comparison[] running = new Comparison[1];
      List<Keeping> entered = new ArrayList<>();
      running[0] =
          comparison(
              false,
              2,
              (scored, outOf) -> {
                if (scored == at) {
                  running[0].stop();
                }
              },
              (topology, ranks) -> enter(entered, new Keeping()));
      assertEquals(at == 6, running[0].run().isPresent(), "stopped at " + at);
      assertTrue(entered.stream().allMatch(contender -> contender.closed));
    }
    Comparison never = comparison(false, 1, (scored, outOf) -> {}, (t, r) -> new Keeping());
    never.stop();
    assertTrue(never.run().isEmpty());
  }
}
