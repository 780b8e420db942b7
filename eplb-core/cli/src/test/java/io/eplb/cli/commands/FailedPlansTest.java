package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.PolicyContender;
import io.eplb.core.simulation.Simulation;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.StaticContender;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedPlansTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(2, 2, 1, 1, 0);

  @Test
  void aPolicyThatNeverGaveAPlanFailsTheCommand() {
    try (GuardedPolicy guarded =
        new GuardedPolicy(Broken::new, ContractSettings.defaults().withProcessors(1))) {
      SimulationResult result =
          simulate(PolicyContender.of("broken:x=1", guarded, TOPOLOGY, request -> request));
      String message =
          String.valueOf(
              assertThrows(PolicyException.class, () -> SimulateCommand.requireAnyPlan(result))
                  .getMessage());
      assertTrue(message.contains("every plan of broken:x=1 failed"), message);
      assertTrue(message.contains("out of order"), message);
    }
    SimulationResult kept = simulate(new StaticContender());
    assertDoesNotThrow(() -> SimulateCommand.requireAnyPlan(kept));
  }

  private static SimulationResult simulate(Contender contender) {
    LoadRecording recording = LoadRecording.of(3, 1, 2, new double[] {1, 2, 3, 4, 5, 6});
    return new Simulation(
            TOPOLOGY,
            EpRanks.nominal(TOPOLOGY),
            Weighting.last(),
            List.of(contender),
            (scored, outOf) -> {})
        .run(LoadTrace.of(recording))
        .orElseThrow();
  }

  private static final class Broken implements EplbPolicy {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      throw new IllegalStateException("out of order");
    }
  }
}
