package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SteppedTraceTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 3, 1, 1, 3);
  private static final int LAYERS = 2;

  @Property(tries = 200)
  void windowsScoreAsIfTheyHadBeenRecordedAndStepsAsIfEachWereAWindow(
      @ForAll @IntRange(min = 1, max = 4) int perWindow,
      @ForAll @IntRange(min = 0, max = 3) int leftOver,
      @ForAll Dispatch dispatch,
      @ForAll long seed) {
    int steps = 3 * perWindow + Math.min(leftOver, perWindow - 1);
    double[] tokens =
        new Random(seed).doubles((long) steps * LAYERS * 6, 0, 9).map(Math::floor).toArray();
    LoadRecording recording = LoadRecording.of(steps, LAYERS, 6, tokens);
    SimulationResult stepped;
    try (SteppedTrace trace = SteppedTrace.of(LoadTrace.of(recording), perWindow)) {
      stepped =
          simulation(dispatch).run(trace, ExpertTable.initial(LAYERS, TOPOLOGY)).orElseThrow();
    }
    SimulationResult windows =
        simulation(dispatch).run(LoadTrace.of(recording).inWindowsOf(perWindow)).orElseThrow();
    PolicyScore score = stepped.policies().get(0);
    assertEquals(windows.policies().get(0).parNextWindow(), score.parNextWindow());
    assertEquals(windows.boundNextWindow(), stepped.boundNextWindow());
    StepScore scored = score.steps().orElseThrow();
    assertEquals(2L * perWindow, scored.steps());
    double[] expected = new double[6 * LAYERS];
    LoadMeter meter =
        new LoadMeter(LAYERS, TOPOLOGY, EpRanks.nominal(TOPOLOGY), dispatch, Optional.empty());
    double sum = 0.0;
    for (int step = perWindow; step < 3 * perWindow; step++) {
      System.arraycopy(tokens, step * expected.length, expected, 0, expected.length);
      meter.measure(ExpertTable.initial(LAYERS, TOPOLOGY), TrafficShares.of(dispatch), expected);
      sum += meter.peakToAverage(0) + meter.peakToAverage(1);
    }
    assertEquals(sum / (2 * perWindow * LAYERS), scored.par().mean(), 1e-9);
    assertEquals(score.steps(), stepped.startSteps());
  }

  @Test
  void noMoreThanAWindowIsReadAheadOfTheStepsAndBothWalksAreClosed() {
    Counted recording = new Counted(12, new ArrayList<>());
    Simulation simulation =
        new Simulation(
            EpTopology.of(1, 1, 1, 1, 1),
            EpRanks.nominal(EpTopology.of(1, 1, 1, 1, 1)),
            Weighting.last(),
            List.of(new StaticContender()),
            (scored, outOf) -> {});
    try (SteppedTrace trace = SteppedTrace.of(recording, 3)) {
      simulation.run(trace, ExpertTable.initial(1, EpTopology.of(1, 1, 1, 1, 1)));
    }
    int ahead = 0;
    int closed = 0;
    for (String event : recording.events) {
      ahead += event.equals("read 0") ? 1 : event.equals("read 1") ? -1 : 0;
      closed += event.startsWith("closed") ? 1 : 0;
      assertTrue(ahead >= 0 && ahead <= 3, String.valueOf(recording.events));
    }
    assertEquals(2, closed);
  }

  @Test
  void moreStepsPerWindowThanStepsAreRefused() {
    LoadTrace steps = LoadTrace.of(LoadRecording.of(2, 1, 1, new double[] {1, 2}));
    assertThrows(InvalidInputException.class, () -> SteppedTrace.of(steps, 3));
  }

  @Test
  void aRecordingThatChangesBetweenTheWalksIsRefused() {
    LoadTrace growing =
        new Counted(4, new ArrayList<>()) {
          @Override
          public LoadTrace again() {
            return LoadTrace.of(LoadRecording.of(5, 1, 1, new double[] {1, 1, 1, 1, 1}));
          }
        };
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> SteppedTrace.of(growing, 2))
                .getMessage());
    assertTrue(
        message.startsWith("the recording had 4 steps of 1 layer × 1 expert when it was opened"),
        message);
  }

  private static Simulation simulation(Dispatch dispatch) {
    return new Simulation(
        TOPOLOGY,
        EpRanks.nominal(TOPOLOGY),
        SimulationSettings.of(Weighting.last()).under(dispatch),
        List.of(new StaticContender()),
        (scored, outOf) -> {});
  }

  /** Steps of one token; the walks write down what is done with them. */
  private static class Counted extends LoadTrace {
    private final List<String> events;
    private final int walk;

    Counted(int steps, List<String> events) {
      super(steps, 1, 1);
      this.events = events;
      this.walk = (int) events.stream().filter(event -> event.startsWith("opened")).count();
      events.add("opened " + walk);
    }

    @Override
    protected void read(int window, double[] destination) {
      destination[0] = 1.0;
      events.add("read " + walk);
    }

    @Override
    public LoadTrace again() {
      return new Counted(windows(), events);
    }

    @Override
    public void close() {
      events.add("closed " + walk);
    }
  }
}
