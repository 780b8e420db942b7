package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.file.RecordingFiles;
import io.eplb.core.format.NumberArray;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.ForwardingContender;
import io.eplb.core.simulation.PlannedStep;
import io.eplb.core.simulation.Simulation;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.state.StateFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording replayed through the service gives what a simulation of it promises. */
class PlansLikeSimulationTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final int RANKS = 32;
  private static final int REDUNDANT = 32;

  @ParameterizedTest
  @ValueSource(strings = {"default", "incremental", "flashlb"})
  void aReplayGivesTheTablesAndTheBalanceOfTheSimulationBitForBit(String policy) {
    EplbConfig config =
        EplbConfig.defaults()
            .with(Settings.RANKS, (long) RANKS)
            .with(Settings.REDUNDANT_EXPERTS, (long) REDUNDANT)
            .with(Settings.POLICY, policy);
    LoadRecording recording = RecordingFiles.read(RECORDING);
    EpTopology topology =
        EpTopology.withRedundantExperts(recording.experts(), RANKS, 1, 1, REDUNDANT);
    Recorded simulated = simulate(policy, config, recording, topology);
    EpRanks ranks = EpRanks.nominal(topology);
    try (PlanService service =
        PlanService.open(
            PlanSettings.builder(config).build(), StateFolder.none(), new ServiceObserver() {})) {
      ExpertTable inForce = ExpertTable.initial(recording.layers(), topology);
      for (int window = 0; window + 1 < recording.windows(); window++) {
        PlanAsk ask =
            PlanAsk.ofLoad(
                    "glm",
                    new NumberArray(
                        new int[] {recording.layers(), recording.experts()},
                        recording.sum(window, window)))
                .current(Asks.current(inForce))
                .build();
        PlanAnswer answer = Asks.answer(service.plan(ask));
        ExpertTable expected = simulated.tables.get(window);
        inForce = answer.table().orElseThrow();
        for (int layer = 0; layer < inForce.layers(); layer++) {
          assertTrue(inForce.sameLayer(layer, expected.placement()), policy + " at " + window);
        }
        WindowScore score = simulated.result.policies().get(0).windows().get(window);
        assertEquals(score.parNextWindow(), next(inForce, recording, window, ranks));
        assertEquals(score.movedPerLayer(), (double) answer.moved() / recording.layers());
      }
    }
  }

  /** A simulation's result, and the table of every window. */
  private record Recorded(SimulationResult result, List<ExpertTable> tables) {}

  private static Recorded simulate(
      String policy, EplbConfig config, LoadRecording recording, EpTopology topology) {
    EpRanks ranks = EpRanks.nominal(topology);
    List<ExpertTable> tables = new ArrayList<>();
    try (PolicyRegistry registry = PolicyRegistry.onClassPath();
        Contender contender =
            new Contenders(registry, ContractSettings.defaults(), config, 0)
                .find(policy, policy, Map.of())
                .enter(topology, ranks);
        LoadTrace trace = LoadTrace.of(recording)) {
      Simulation simulation =
          new Simulation(
              topology,
              ranks,
              Weighting.exponential(0.25),
              List.of(new Recording(contender, tables)),
              (scored, outOf) -> {});
      return new Recorded(simulation.run(trace).orElseThrow(), tables);
    }
  }

  /** A contender whose tables are kept. */
  private static final class Recording extends ForwardingContender {
    private final List<ExpertTable> tables;

    Recording(Contender contender, List<ExpertTable> tables) {
      super(contender);
      this.tables = tables;
    }

    @Override
    public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
      PlannedStep step = planner().plan(current, estimate, next);
      tables.add(step.table());
      return step;
    }
  }

  private static double next(
      ExpertTable table, LoadRecording recording, int window, EpRanks ranks) {
    BalanceReport report = BalanceReport.of(table, recording.sum(window + 1, window + 1), ranks);
    double sum = 0.0;
    for (int layer = 0; layer < report.layers(); layer++) {
      sum += report.peakToAverage(layer);
    }
    return sum / report.layers();
  }
}
