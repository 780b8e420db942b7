package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);
  private static final EpRanks RANKS = EpRanks.nominal(TOPOLOGY);

  /** The hot pair alternates: experts 0 and 1 share a rank at first. */
  private static final double[] TOKENS = {6, 4, 0, 0, 4, 6, 0, 0, 5, 5, 0, 0};

  @Test
  void everyPlanIsScoredOnTheNextWindowAndOnItsOwn() {
    SimulationResult result =
        simulate(TOKENS, Weighting.last(), new StaticContender(), contender(new SwapOnce()));
    assertEquals(2, result.scoredWindows());
    PolicyScore kept = result.policies().get(0);
    assertEquals(2.0, kept.parNextWindow().mean(), 1e-12);
    assertEquals(0.0, kept.movedFirst());
    PolicyScore swapped = result.policies().get(1);
    assertEquals(1.2, swapped.windows().get(0).parSameWindow(), 1e-12);
    assertEquals(1.2, swapped.windows().get(0).parNextWindow(), 1e-12);
    assertEquals(1.0, swapped.windows().get(1).parNextWindow(), 1e-12);
    assertEquals(2.0, swapped.movedFirst());
    assertEquals(0.0, swapped.movedSteady().orElseThrow());
    assertEquals(1.2, swapped.windows().get(0).boundNextWindow(), 1e-9);
    assertTrue(result.boundNextWindow().mean() <= swapped.parNextWindow().mean() + 1e-12);
  }

  @Test
  void aWindowHasItsLayersPercentilesAndALayerItsMeanOverWindows() {
    // Layer 0 has a PAR of 2 in each window, layer 1 of 1 and then of 1.2.
    double[] tokens = {
      6, 4, 0, 0, 1, 1, 1, 1, 6, 4, 0, 0, 1, 1, 1, 1, 4, 6, 0, 0, 6, 0, 4, 0,
    };
    SimulationResult result =
        new Simulation(
                TOPOLOGY,
                RANKS,
                Weighting.last(),
                List.of(new StaticContender()),
                (scored, outOf) -> {})
            .run(LoadTrace.of(LoadRecording.of(3, 2, 4, tokens)))
            .orElseThrow();
    PolicyScore score = result.policies().get(0);
    assertEquals(1.0, score.windows().get(0).p5NextWindow(), 1e-12);
    assertEquals(2.0, score.windows().get(0).p95NextWindow(), 1e-12);
    assertEquals(1.2, score.windows().get(1).p5NextWindow(), 1e-12);
    assertEquals(List.of(2.0, 1.1), score.parByLayer());
    assertEquals(4.0, result.lastWindow().tokens(0, 0, 0));
    assertEquals(1.2, score.lastWindow().of(1, 0), 1e-12);
    assertEquals(score.lastWindow().of(1, 1), result.startLoads().of(1, 1));
    assertEquals(result.start(), score.table());
  }

  @Test
  void sharesOfTrafficCountUntilTheirLayerIsMarkedAgain() {
    EpTopology topology = EpTopology.of(3, 2, 1, 1, 2);
    EplbPolicy sharing =
        new SwapOnce() {
          @Override
          public Rebalance rebalanceExperts(
              ExpertTable current, ExpertWorkload workload, PolicyContext context) {
            windows.add(0);
            int[] marked = windows.size() == 2 ? new int[0] : new int[] {0};
            Rebalance.Builder answer = Rebalance.builder(marked, current.placement());
            return windows.size() == 1
                ? answer.shares(0, new double[] {1 / 3.0, 1, 1, 2 / 3.0}, 0).build()
                : answer.build();
          }
        };
    double[] tokens = {6, 4, 2, 6, 4, 2, 6, 4, 2, 6, 4, 2};
    Contender contender =
        PolicyContender.of(
            "sharing",
            new GuardedPolicy(() -> sharing, ContractSettings.defaults().withProcessors(1)),
            topology,
            request -> request);
    PolicyScore score =
        new Simulation(
                topology,
                EpRanks.nominal(topology),
                Weighting.last(),
                List.of(contender),
                (scored, outOf) -> {})
            .run(LoadTrace.of(LoadRecording.of(4, 1, 3, tokens)))
            .orElseThrow()
            .policies()
            .get(0);
    contender.close();
    assertArrayEquals(
        new double[] {1.0, 1.0, 7 / 6.0},
        score.windows().stream().mapToDouble(WindowScore::parNextWindow).toArray(),
        1e-9);
  }

  @Test
  void theWorkloadWasMeasuredUnderTheCurrentTable() {
    SwapOnce policy = new SwapOnce();
    simulate(TOKENS, Weighting.mean(), contender(policy));
    assertEquals(List.of(0L, 1L), policy.versions);
    assertEquals(List.of(1, 2), policy.windows);
  }

  @Test
  void aPolicyThatFailsKeepsItsTableAndIsCounted() {
    PolicyScore score =
        simulate(TOKENS, Weighting.last(), contender(new FailsFirst())).policies().get(0);
    assertEquals(1, score.failedPlans());
    assertTrue(score.lastFailure().orElseThrow().contains("not today"));
    assertEquals(2.0, score.windows().get(0).parNextWindow(), 1e-12);
    assertEquals(1.0, score.windows().get(1).parNextWindow(), 1e-12);
  }

  @Test
  void theClairvoyantPlansOnTheWindowItIsScoredOn() {
    SwapOnce policy = new SwapOnce();
    GuardedPolicy guarded =
        new GuardedPolicy(() -> policy, ContractSettings.defaults().withProcessors(1));
    PolicyScore score =
        simulate(
                TOKENS,
                Weighting.last(),
                PolicyContender.clairvoyant(
                    "seer", guarded, TOPOLOGY, request -> request.ranks(RANKS)))
            .policies()
            .get(0);
    assertEquals(List.of(4.0, 5.0), policy.firstLoads);
    assertEquals("clairvoyant", score.policy());
    assertTrue(score.reference());
  }

  @Test
  void whatIsStoppedReportsTheWindowsThatAreDone() {
    List<Simulation> running = new ArrayList<>();
    Simulation simulation =
        new Simulation(
            TOPOLOGY,
            RANKS,
            Weighting.last(),
            List.of(new StaticContender()),
            (scored, outOf) -> running.get(0).stop());
    running.add(simulation);
    SimulationResult result = simulation.run(trace(TOKENS)).orElseThrow();
    assertEquals(1, result.scoredWindows());
    assertTrue(result.stopped());
    assertTrue(simulation.run(trace(TOKENS)).isEmpty());
  }

  @Test
  void idleLayersCountAsBalanced() {
    SimulationResult result =
        simulate(new double[] {1, 1, 1, 1, 0, 0, 0, 0}, Weighting.mean(), new StaticContender());
    assertEquals(1, result.idleLayers());
    assertEquals(1.0, result.policies().get(0).parNextWindow().max());
  }

  @Test
  void scoresGoByTheSpeedOfRanks() {
    EpRanks slow = EpRanks.builder(TOPOLOGY).speed(1, 0.5).build();
    PolicyScore score =
        simulate(
                slow,
                new double[] {1, 1, 1, 1, 2, 2, 2, 2},
                Weighting.last(),
                new StaticContender())
            .policies()
            .get(0);
    // Rank 1 takes 4 tokens at half speed, the mean is 8 tokens on a speed of 1.5.
    assertEquals((4 / 0.5) / (8 / 1.5), score.windows().get(0).parNextWindow(), 1e-12);
    assertTrue(score.windows().get(0).boundNextWindow() <= 1.5);
  }

  @Test
  void theInitialLayoutIsMadeToFitDeadRanks() {
    EpTopology topology = EpTopology.of(4, 3, 1, 1, 2);
    EpRanks dead = EpRanks.builder(topology).usableSlots(1, 0).build();
    PolicyScore score =
        new Simulation(
                topology,
                dead,
                Weighting.last(),
                List.of(new StaticContender()),
                (scored, outOf) -> {})
            .run(trace(TOKENS))
            .orElseThrow()
            .policies()
            .get(0);
    assertTrue(score.parNextWindow().mean() >= 1.0);
    Simulation full =
        new Simulation(
            topology,
            dead,
            Weighting.last(),
            List.of(new StaticContender()),
            (scored, outOf) -> {});
    ExpertTable unfit = ExpertTable.initial(1, topology);
    LoadTrace trace = trace(TOKENS);
    assertThrows(InvalidInputException.class, () -> full.run(trace, unfit));
  }

  /** Three windows of two steps; expert 0 is hot in one, expert 1 in the other. */
  private static final double[] STEPS = {
    4, 0, 0, 0, 0, 4, 0, 0, 6, 2, 0, 0, 2, 6, 0, 0, 3, 1, 0, 0, 1, 3, 0, 0
  };

  @Test
  void singleStepsAreScoredWithTheTablePlannedForTheirWindow() {
    SimulationResult result =
        stepped(
            SimulationSettings.of(Weighting.last()),
            new StaticContender(),
            contender(new SwapOnce()));
    PolicyScore swapped = result.policies().get(1);
    // Expert 0 and 1 have a rank each: equally loaded in a window, 6 to 2 in a step.
    assertEquals(1.0, swapped.parNextWindow().mean(), 1e-12);
    StepScore steps = swapped.steps().orElseThrow();
    assertEquals(new Spread(1.5, 1.5, 1.5, 1.5), steps.par());
    assertEquals(1.0, steps.activated().mean(), 1e-12);
    assertEquals(2, steps.windows().size());
    assertEquals(1.5, steps.windows().get(1).p95(), 1e-12);
    assertTrue(steps.micros().isEmpty());
    assertTrue(swapped.payback().isEmpty());
    assertEquals(2.0, result.startSteps().orElseThrow().par().mean(), 1e-12);
    assertEquals(result.startSteps(), result.policies().get(0).steps());
  }

  @Test
  void stepsAreTimedAndPlansPayForTheirMoves() {
    SimulationSettings settings =
        new SimulationSettings(
            Weighting.last(),
            false,
            Dispatch.EVEN,
            Optional.of(new StepTimeModel(10, 1, 100)),
            Optional.of(new MovePrice(1_000_000, 8)));
    SimulationResult result = stepped(settings, contender(new SwapOnce()));
    PolicyScore swapped = result.policies().get(0);
    // Steps of 8 and of 4 tokens: all tokens and two experts on rank 0, or three quarters and one.
    assertEquals(
        List.of(OptionalDouble.of(218), OptionalDouble.of(214)),
        result.startSteps().orElseThrow().windows().stream().map(StepBand::micros).toList());
    assertEquals(114.5, swapped.steps().orElseThrow().micros().orElseThrow().mean(), 1e-12);
    assertEquals(List.of(114.5), swapped.steps().orElseThrow().microsByLayer());
    // The one move of 1,000 µs is spread over four steps.
    assertEquals(364.5, swapped.stepMicrosWithMoves().orElseThrow(), 1e-9);
    assertEquals(1_000, swapped.moveMicrosFirst().orElseThrow(), 1e-9);
    assertEquals(0, swapped.moveMicrosSteady().orElseThrow());
    assertEquals(10, swapped.payback().orElseThrow().first().orElseThrow());
    assertEquals(0, swapped.payback().orElseThrow().later().orElseThrow());
  }

  @Test
  void aPolicyGetsTheLatestStepsOneByOneIfItPlansFromSteps() {
    SwapOnce policy = new SwapOnce();
    SimulationSettings settings =
        new SimulationSettings(
            Weighting.slidingSum(3), true, Dispatch.EVEN, Optional.empty(), Optional.empty());
    stepped(settings, contender(policy));
    assertEquals(List.of(2, 3), policy.windows);
    // The oldest step of three at the second plan is the second of all.
    assertEquals(List.of(4.0, 0.0), policy.firstLoads);
  }

  @Test
  void windowsCannotBeTimedOrPlannedFromAsSteps() {
    SimulationSettings settings =
        new SimulationSettings(
            Weighting.last(), true, Dispatch.EVEN, Optional.empty(), Optional.empty());
    Simulation simulation =
        new Simulation(
            TOPOLOGY, RANKS, settings, List.of(new StaticContender()), (scored, outOf) -> {});
    LoadTrace windows = trace(STEPS);
    assertThrows(InvalidInputException.class, () -> simulation.run(windows));
  }

  @Test
  void scoresGoByTheDispatchOfTheEngine() {
    EpTopology topology = EpTopology.of(3, 2, 1, 1, 2);
    double[] tokens = {6, 6, 0, 6, 6, 0};
    SimulationResult result =
        new Simulation(
                topology,
                EpRanks.nominal(topology),
                SimulationSettings.of(Weighting.last()).under(Dispatch.LP),
                List.of(new StaticContender()),
                (scored, outOf) -> {})
            .run(LoadTrace.of(LoadRecording.of(2, 1, 3, tokens)))
            .orElseThrow();
    // Slots 0, 1 | 2, 0: rank 1 takes all of expert 0, where an even split leaves rank 0 with 9.
    assertEquals(1.0, result.policies().get(0).parNextWindow().mean(), 1e-9);
    assertEquals(1.0, result.startLoads().of(0, 0), 1e-9);
    assertEquals(Dispatch.LP, result.dispatch());
    assertTrue(result.bound().contains("redundant experts can be divided"), result.bound());
  }

  private static SimulationResult stepped(SimulationSettings settings, Contender... contenders) {
    Simulation simulation =
        new Simulation(TOPOLOGY, RANKS, settings, List.of(contenders), (scored, outOf) -> {});
    try (SteppedTrace steps = SteppedTrace.of(trace(STEPS), 2)) {
      return simulation.run(steps, ExpertTable.initial(1, TOPOLOGY)).orElseThrow();
    }
  }

  @Test
  void aSingleWindowOrNoPolicyIsRefused() {
    Simulation simulation =
        new Simulation(
            TOPOLOGY,
            RANKS,
            Weighting.last(),
            List.of(new StaticContender()),
            (scored, outOf) -> {});
    LoadTrace single = trace(new double[] {1, 2, 3, 4});
    assertThrows(InvalidInputException.class, () -> simulation.run(single));
    assertThrows(
        InvalidInputException.class,
        () -> new Simulation(TOPOLOGY, RANKS, Weighting.last(), List.of(), (scored, outOf) -> {}));
  }

  private static SimulationResult simulate(
      double[] tokens, Weighting weighting, Contender... contenders) {
    return simulate(RANKS, tokens, weighting, contenders);
  }

  private static SimulationResult simulate(
      EpRanks ranks, double[] tokens, Weighting weighting, Contender... contenders) {
    return new Simulation(TOPOLOGY, ranks, weighting, List.of(contenders), (scored, outOf) -> {})
        .run(trace(tokens))
        .orElseThrow();
  }

  private static LoadTrace trace(double[] tokens) {
    return LoadTrace.of(LoadRecording.of(tokens.length / 4, 1, 4, tokens));
  }

  private static Contender contender(EplbPolicy policy) {
    GuardedPolicy guarded =
        new GuardedPolicy(() -> policy, ContractSettings.defaults().withProcessors(1));
    return PolicyContender.of(policy.name(), guarded, TOPOLOGY, request -> request.ranks(RANKS));
  }

  /** Puts experts 0 and 1 on different ranks and leaves it at that; remembers what it was given. */
  private static class SwapOnce implements EplbPolicy {
    final List<Long> versions = new ArrayList<>();
    final List<Integer> windows = new ArrayList<>();
    final List<Double> firstLoads = new ArrayList<>();

    @Override
    public String name() {
      return "swap-once";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      versions.add(workload.measuredUnder());
      windows.add(workload.windows());
      firstLoads.add(workload.tokens(0, 0, 0, 0));
      assertEquals(current.version(), workload.measuredUnder());
      return Rebalance.of(true, new int[] {0}, Placement.of(1, 2, 2, new int[] {0, 2, 1, 3}));
    }
  }

  private static final class FailsFirst extends SwapOnce {
    private boolean failed;

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      if (!failed) {
        failed = true;
        throw new IllegalStateException("not today");
      }
      return super.rebalanceExperts(current, workload, context);
    }
  }
}
