package io.eplb.core.advice;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.Simulation;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.SimulationSettings;
import io.eplb.core.simulation.StepBand;
import io.eplb.core.simulation.StepScore;
import io.eplb.core.simulation.SteppedTrace;
import io.eplb.core.simulation.WindowScore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Replays the recording of a question with one candidate after the other. */
final class Rehearsal {
  /** The newest window's weight in the moving average that plans are made from. */
  private static final double ALPHA = 0.25;

  private final Question question;
  private final Advisor.Entrants entrants;
  private @Nullable Simulation underWay;
  private boolean stopped;

  Rehearsal(Question question, Advisor.Entrants entrants) {
    this.question = question;
    this.entrants = entrants;
  }

  /**
   * Tries a candidate.
   *
   * @return its figures; empty if its policy refuses the group, or one of its plans fails
   * @throws CancellationException if the rehearsal is stopped
   */
  Optional<Trial> of(Candidate candidate) {
    EpTopology topology = question.topology(candidate.redundantExperts());
    EpRanks ranks = EpRanks.nominal(topology);
    Contenders.Entrant entrant = entrants.find(candidate.policy(), candidate.dispatch());
    try (Contender contender =
        new PeriodicContender(
            entrant.enter(topology, ranks), candidate.interval(), question.taught())) {
      SimulationResult result =
          run(
              new Simulation(
                  topology,
                  ranks,
                  settings(candidate.dispatch()),
                  List.of(contender),
                  (i, n) -> {}),
              topology);
      PolicyScore score = result.policies().get(0);
      return score.failedPlans() > 0
          ? Optional.empty()
          : Optional.of(trial(candidate, topology, score));
    } catch (UnsupportedRequestException refusal) {
      return Optional.empty();
    }
  }

  private SimulationSettings settings(Dispatch dispatch) {
    return new SimulationSettings(
        Weighting.exponential(ALPHA), false, dispatch, question.stepTime(), question.movePrice());
  }

  private SimulationResult run(Simulation simulation, EpTopology topology) {
    begin(simulation);
    ExpertTable start = ExpertTable.initial(question.recording().layers(), topology);
    try (SteppedTrace trace =
        SteppedTrace.of(LoadTrace.of(question.recording()), question.stepsPerWindow())) {
      return (question.steps()
              ? simulation.run(trace, start)
              : simulation.run(trace.windows(), start))
          .filter(result -> !result.stopped())
          .orElseThrow(() -> new CancellationException("the advice was stopped"));
    }
  }

  private synchronized void begin(Simulation simulation) {
    if (stopped) {
      throw new CancellationException("the advice was stopped");
    }
    underWay = simulation;
  }

  /** Gives up; any thread may call it. */
  synchronized void stop() {
    stopped = true;
    if (underWay != null) {
      underWay.stop();
    }
  }

  private Trial trial(Candidate candidate, EpTopology topology, PolicyScore score) {
    int interval = candidate.interval();
    List<WindowScore> windows = heldBack(score.windows());
    List<WindowScore> planned =
        IntStream.range(0, windows.size())
            .filter(at -> at % interval == 0)
            .mapToObj(windows::get)
            .toList();
    Optional<List<StepBand>> steps = score.steps().map(StepScore::windows).map(this::heldBack);
    return new Trial(
        candidate,
        topology.slotsPerRank(),
        IntStream.range(0, windows.size())
            .mapToObj(
                at ->
                    steps
                            .map(bands -> serving(bands.get(at)))
                            .orElse(windows.get(at).parNextWindow())
                        + moves(planned.get(at / interval)) / interval)
            .toList(),
        serving(windows, steps),
        mean(windows, WindowScore::parNextWindow),
        mean(windows, WindowScore::parSameWindow),
        steps.stream().mapToDouble(bands -> mean(bands, StepBand::activated)).findFirst(),
        score.movedFirst(),
        mean(planned, WindowScore::movedPerLayer),
        groupsOnOneNode(score.table(), topology));
  }

  /** Returns the entries of the plans that were scored on held-back windows. */
  private <T> List<T> heldBack(List<T> windows) {
    return windows.subList(question.taught() - 1, windows.size());
  }

  /** Returns the time of a plan's moves for each layer and step of a window; 0 without a price. */
  private double moves(WindowScore planned) {
    return question.stepTime().isPresent()
        ? planned.moveMicros().orElse(0.0)
            / question.stepsPerWindow()
            / question.recording().layers()
        : 0.0;
  }

  private double serving(StepBand steps) {
    OptionalDouble micros = steps.micros();
    return micros.isPresent() ? micros.getAsDouble() / question.recording().layers() : steps.par();
  }

  private double serving(List<WindowScore> windows, Optional<List<StepBand>> steps) {
    return steps
        .map(bands -> mean(bands, this::serving))
        .orElseGet(() -> mean(windows, WindowScore::parNextWindow));
  }

  private static <T> double mean(List<T> windows, ToDoubleFunction<T> figure) {
    return windows.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** Returns whether all replicas of each group's experts are on one node, in every layer. */
  static boolean groupsOnOneNode(ExpertTable table, EpTopology topology) {
    for (int layer = 0; layer < table.layers(); layer++) {
      int[] nodes = new int[topology.expertGroups()];
      for (int slot = 0; slot < table.physicalExperts(); slot++) {
        int rank = slot / table.slotsPerRank();
        int group =
            table.expertAt(layer, rank, slot % table.slotsPerRank()) / topology.expertsPerGroup();
        int node = topology.nodeOf(rank) + 1;
        if (nodes[group] != 0 && nodes[group] != node) {
          return false;
        }
        nodes[group] = node;
      }
    }
    return true;
  }
}
