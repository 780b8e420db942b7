package io.eplb.core.simulation;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.elastic.Repair;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.TokenConservation;
import io.eplb.core.load.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;

/**
 * The field's protocol: for each window i every contender plans from its own current table and the
 * estimate over windows up to i, and is scored on window i + 1 and, for comparison, on window i.
 * All start from one table. Runs once, in one thread; {@link #stop} may come from any.
 */
public final class Simulation {
  private final EpTopology topology;
  private final EpRanks ranks;
  private final SimulationSettings settings;
  private final List<Contender> contenders;
  private final Progress progress;
  private volatile boolean stopped;

  /** A listener to the progress of a simulation. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Receives the number of windows scored.
     *
     * @param scored the windows scored so far
     * @param outOf the windows to score in total
     */
    void scored(int scored, int outOf);
  }

  /** Prepares a simulation by the {@linkplain SimulationSettings#of plain} settings. */
  public Simulation(
      EpTopology topology,
      EpRanks ranks,
      Weighting weighting,
      List<? extends Contender> contenders,
      Progress progress) {
    this(topology, ranks, SimulationSettings.of(weighting), contenders, progress);
  }

  /**
   * Prepares a simulation.
   *
   * @param topology the shape of a layer
   * @param ranks the ranks as they are, the same in every window
   * @param settings the estimate, the dispatch and the times
   * @param contenders at least one; the caller closes them
   * @param progress is told of every window
   * @throws InvalidInputException if there is no contender
   */
  public Simulation(
      EpTopology topology,
      EpRanks ranks,
      SimulationSettings settings,
      List<? extends Contender> contenders,
      Progress progress) {
    if (contenders.isEmpty()) {
      throw new InvalidInputException("there is no policy to simulate; name at least one");
    }
    this.topology = topology;
    this.ranks = ranks;
    this.settings = settings;
    this.contenders = List.copyOf(contenders);
    this.progress = progress;
  }

  /**
   * Ends the simulation after the windows that are done, giving up the plan that is under way; the
   * contenders are closed.
   */
  public void stop() {
    stopped = true;
    contenders.forEach(Contender::close);
  }

  /**
   * Runs it from the engine's initial layout, made to fit the ranks.
   *
   * @param trace at least two windows, unread; the caller closes it
   * @return the scores; empty if it was stopped before the first window was scored
   * @throws InvalidInputException if the trace has a single window or other experts than the
   *     topology, or cannot be read
   */
  public Optional<SimulationResult> run(LoadTrace trace) {
    ExpertTable initial = ExpertTable.initial(trace.layers(), topology);
    return run(trace, Repair.of(initial, topology, ranks).table());
  }

  /**
   * As {@link #run(LoadTrace)}, from a table.
   *
   * @param start the table in force before the first window, of the trace's layers and the
   *     topology's shape, EMPTY where a rank cannot use a slot
   * @throws InvalidInputException as there, and if the table has another shape or does not fit the
   *     ranks
   */
  public Optional<SimulationResult> run(LoadTrace trace, ExpertTable start) {
    if (settings.planFromSteps() || settings.stepTime().isPresent()) {
      throw new InvalidInputException(
          "single steps are to be planned from or timed, but the trace has windows; run a trace of"
              + " steps");
    }
    return run(trace, Optional.empty(), start);
  }

  /**
   * Runs it on a recording of single steps: besides windows, every step is scored with the table
   * that a contender planned for its window.
   *
   * @param trace at least two windows, unread; the caller closes it
   * @param start as in {@link #run(LoadTrace, ExpertTable)}
   * @throws InvalidInputException as there
   */
  public Optional<SimulationResult> run(SteppedTrace trace, ExpertTable start) {
    return run(trace.windows(), Optional.of(trace), start);
  }

  private Optional<SimulationResult> run(
      LoadTrace trace, Optional<SteppedTrace> steps, ExpertTable start) {
    if (trace.experts() != topology.experts()) {
      throw new InvalidInputException(
          "I1: the trace has %s, the topology %d; they must agree"
              .formatted(Counted.of(trace.experts(), "expert"), topology.experts()));
    }
    if (trace.windows() < 2) {
      throw new InvalidInputException(
          "the trace has a single window; at least two are needed, since a plan is scored on the"
              + " window after the one it was made from");
    }
    requireShape(start, trace.layers());
    ranks.requireFits(start);
    return new Run(trace, steps, start).result();
  }

  private void requireShape(ExpertTable start, int layers) {
    if (start.layers() != layers
        || start.experts() != topology.experts()
        || start.ranks() != topology.ranks()
        || start.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(
          "I1: the map to start from has %s, the simulation %d × %d on %d × %d; they must agree"
              .formatted(
                  Shape.table(start.layers(), start.experts(), start.ranks(), start.slotsPerRank()),
                  layers,
                  topology.experts(),
                  topology.ranks(),
                  topology.slotsPerRank()));
    }
  }

  /** The state of one run. */
  private final class Run {
    private final LoadTrace trace;
    private final Optional<StepWalk> walk;
    private final ExpertTable start;
    private final LoadHistory history;
    private final TokenConservation conservation;
    private final PeakBound bound;
    private final Sample boundNext = Sample.ofRatios();
    private final Sample boundSame = Sample.ofRatios();
    private final LoadMeter meter;
    private final TrafficShares shares;
    private final Optional<StepSheet> startSteps;
    private final List<ScoreSheet> sheets = new ArrayList<>();
    private final double[] bounds;
    private double[] window;
    private double[] following;
    private long idleLayers;

    Run(LoadTrace trace, Optional<SteppedTrace> steps, ExpertTable start) {
      this.trace = trace;
      this.walk = steps.map(StepWalk::new);
      this.start = start;
      int layers = trace.layers();
      this.history = new LoadHistory(layers, trace.experts(), settings.weighting());
      this.conservation = new TokenConservation(layers, trace.experts());
      this.bound = new PeakBound(topology.experts(), ranks, settings.dispatch());
      this.bounds = new double[layers];
      this.window = new double[layers * trace.experts()];
      this.following = new double[window.length];
      this.meter = new LoadMeter(layers, topology, ranks, settings.dispatch(), settings.stepTime());
      this.shares = TrafficShares.of(settings.dispatch());
      this.startSteps = newSteps();
      contenders.forEach(
          contender ->
              sheets.add(new ScoreSheet(contender, start, shares, ranks, meter, newSteps())));
    }

    private Optional<StepSheet> newSteps() {
      return walk.map(steps -> new StepSheet(start.layers(), settings.stepTime().isPresent()));
    }

    Optional<SimulationResult> result() {
      int scored = 0;
      if (!stopped && trace.next(window)) {
        measure(window);
        walk.ifPresent(steps -> steps.window(this::remember));
        while (!stopped && trace.next(following) && step()) {
          scored++;
          progress.scored(scored, trace.windows() - 1);
        }
      }
      if (scored == 0) {
        return Optional.empty();
      }
      // The window scored last is the one that the next plan would have been made from.
      double[] last = window;
      Optional<StepScore> startScore = startSteps.map(StepSheet::score);
      return Optional.of(
          new SimulationResult(
              settings.dispatch(),
              trace.windows(),
              trace.layers(),
              scored,
              scored < trace.windows() - 1,
              idleLayers,
              boundNext.summary(),
              boundSame.summary(),
              conservation,
              start,
              LoadRecording.of(1, trace.layers(), trace.experts(), last),
              RankLoads.of(start, last, ranks, shares),
              startScore,
              sheets.stream().map(sheet -> sheet.score(startScore, last)).toList()));
    }

    /** Measures a new window, and leaves its layers' lower bounds in {@link #bounds}. */
    private void measure(double[] loads) {
      if (!settings.planFromSteps()) {
        history.add(loads);
      }
      conservation.check(loads);
      for (int layer = 0; layer < bounds.length; layer++) {
        bounds[layer] = bound.peakToAverage(loads, layer * trace.experts());
      }
    }

    /** Plans from the windows up to {@link #window} and scores on {@link #following}. */
    private boolean step() {
      LoadSeries estimate = history.series();
      List<PlannedStep> steps = new ArrayList<>(sheets.size());
      for (ScoreSheet sheet : sheets) {
        try {
          steps.add(sheet.contender().plan(sheet.table(), estimate, following));
        } catch (CancellationException cancelled) {
          if (stopped) {
            return false;
          }
          throw cancelled;
        }
      }
      if (stopped) {
        return false;
      }
      double boundWindow = takeBounds(boundSame);
      measure(following);
      double boundFollowing = takeBounds(boundNext);
      for (int at = 0; at < steps.size(); at++) {
        ScoreSheet sheet = sheets.get(at);
        OptionalDouble moves = moveMicros(sheet.table(), steps.get(at).table());
        sheet.take(steps.get(at), moves, window, boundWindow, following, boundFollowing);
      }
      walk.ifPresent(this::scoreSteps);
      countIdle();
      double[] spent = window;
      window = following;
      following = spent;
      return true;
    }

    private OptionalDouble moveMicros(ExpertTable before, ExpertTable after) {
      return settings.movePrice().stream()
          .mapToDouble(price -> price.micros(before, after, topology))
          .findFirst();
    }

    private void scoreSteps(StepWalk steps) {
      steps.window(
          step -> {
            sheets.forEach(sheet -> sheet.take(step));
            startSteps.ifPresent(sheet -> sheet.add(meter.measure(start, shares, step)));
            remember(step);
          });
      sheets.forEach(ScoreSheet::endSteps);
      startSteps.ifPresent(StepSheet::endWindow);
    }

    private void remember(double[] step) {
      if (settings.planFromSteps()) {
        history.add(step);
      }
    }

    private double takeBounds(Sample sample) {
      double sum = 0.0;
      for (double layerBound : bounds) {
        sample.add(layerBound);
        sum += layerBound;
      }
      return sum / bounds.length;
    }

    private void countIdle() {
      int experts = trace.experts();
      for (int layer = 0; layer < bounds.length; layer++) {
        double total = 0.0;
        for (int i = layer * experts; i < (layer + 1) * experts; i++) {
          total += following[i];
        }
        idleLayers += total == 0.0 ? 1 : 0;
      }
    }
  }
}
