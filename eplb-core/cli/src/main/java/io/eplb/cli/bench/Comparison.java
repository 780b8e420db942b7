package io.eplb.cli.bench;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.Simulation;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.SimulationSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of policies on one recording and one group: one replay by ADRS's protocol, then some
 * by ours. The first of these gives the figures of balance, and the later half gives the times,
 * when the code is warm. Runs once, in one thread; {@link #stop} may come from any.
 */
public final class Comparison {
  /** The newest window's weight in our protocol's moving average. */
  public static final double ALPHA = 0.25;

  private final Supplier<LoadTrace> recording;
  private final EpTopology topology;
  private final Dispatch dispatch;
  private final List<Contenders.Entrant> entrants;
  private final boolean mayRefuse;
  private final int rounds;
  private final Simulation.Progress progress;
  private final Map<Integer, String> refusals = new HashMap<>();
  private @Nullable Simulation underWay;
  private boolean stopped;

  /**
   * Prepares a comparison.
   *
   * @param recording opens the recording from its start at each call
   * @param topology the shape of a layer
   * @param dispatch the way in which our protocol spreads tokens over replicas
   * @param entrants at least one
   * @param mayRefuse whether a policy that refuses the group is left without figures; if not, its
   *     refusal is thrown
   * @param rounds the number of replays by our protocol, 1 or more
   * @param progress is told of every window of every replay
   */
  public Comparison(
      Supplier<LoadTrace> recording,
      EpTopology topology,
      Dispatch dispatch,
      List<Contenders.Entrant> entrants,
      boolean mayRefuse,
      int rounds,
      Simulation.Progress progress) {
    this.recording = recording;
    this.topology = topology;
    this.dispatch = dispatch;
    this.entrants = List.copyOf(entrants);
    this.mayRefuse = mayRefuse;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Ends the comparison, which has no result then. */
  public void stop() {
    Simulation ending;
    synchronized (this) {
      stopped = true;
      ending = underWay;
    }
    if (ending != null) {
      ending.stop();
    }
  }

  /** Returns the figures of each policy, in their order; empty if it was stopped. */
  public Optional<List<PolicyFigures>> run() {
    List<RatioOfSums> ratios = each(RatioOfSums::new);
    List<PlanningTime> first = each(PlanningTime::new);
    List<PlanningTime> later = each(PlanningTime::new);
    boolean complete =
        replay(
                0,
                SimulationSettings.of(Weighting.last()),
                at -> (step, next) -> ratios.get(at).add(step.table(), next))
            .isPresent();
    SimulationResult scores = null;
    for (int round = 0; complete && round < rounds; round++) {
      boolean warm = round >= rounds / 2;
      int[] plans = new int[entrants.size()];
      SimulationResult result =
          replay(
                  round + 1,
                  SimulationSettings.of(Weighting.exponential(ALPHA)).under(dispatch),
                  at ->
                      (step, next) -> {
                        List<PlanningTime> times = plans[at]++ == 0 ? first : later;
                        if (warm) {
                          times.get(at).add(step.nanos(), step.table(), next);
                        }
                      })
              .orElse(null);
      scores = scores == null ? result : scores;
      complete = result != null;
    }
    if (!complete || scores == null) {
      return Optional.empty();
    }
    List<PolicyScore> policies = scores.policies();
    return Optional.of(
        IntStream.range(0, entrants.size())
            .mapToObj(
                at ->
                    new PolicyFigures(
                        ratios.get(at).ofRanks(),
                        ratios.get(at).ofSlots(),
                        policies.get(at),
                        PolicyFigures.Time.of(first.get(at)),
                        PolicyFigures.Time.of(later.get(at)),
                        Optional.ofNullable(refusals.get(at))))
            .toList());
  }

  private <T> List<T> each(Supplier<T> made) {
    return entrants.stream().map(entrant -> made.get()).toList();
  }

  /** An observer for each of the entrants, by their position. */
  @FunctionalInterface
  private interface Observers {
    ObservedContender.Observer of(int entrant);
  }

  /** Replays the whole recording; empty if it was stopped before the end. */
  private Optional<SimulationResult> replay(
      int before, SimulationSettings settings, Observers observers) {
    List<Contender> contenders = new ArrayList<>();
    try (LoadTrace trace = recording.get()) {
      for (int at = 0; at < entrants.size(); at++) {
        int entrant = at;
        contenders.add(
            new ObservedContender(
                entrants.get(at).enter(topology, EpRanks.nominal(topology)),
                observers.of(at),
                mayRefuse ? reason -> refusals.put(entrant, reason) : null));
      }
      int windows = trace.windows() - 1;
      Simulation simulation =
          new Simulation(
              topology,
              EpRanks.nominal(topology),
              settings,
              contenders,
              (scored, outOf) ->
                  progress.scored(before * windows + scored, (rounds + 1) * windows));
      synchronized (this) {
        if (stopped) {
          return Optional.empty();
        }
        underWay = simulation;
      }
      return simulation.run(trace).filter(result -> !result.stopped());
    } finally {
      contenders.forEach(Contender::close);
    }
  }
}
