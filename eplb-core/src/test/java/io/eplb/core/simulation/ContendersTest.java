package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.registry.Registries;
import io.eplb.core.registry.TestJar;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContendersTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(2, 2, 1, 1, 0);

  /** The options that a policy was given are the reason why it fails. */
  private static final String TELLS_ITS_OPTIONS =
      """
      package plugin;
      import io.eplb.api.*;
      import java.util.List;
      public class NearOptimal implements EplbPolicy {
        static final PolicyOption<Long> LIMIT =
            PolicyOption.integer("limit", 4, -1, 64, "The most transfers.").unrestrictedAt(0L);
        static final PolicyOption<Double> CAUTION =
            PolicyOption.decimal("caution", 2, 0, 64, "How careful to be.").unrestrictedAt(0.0);
        static final PolicyOption<Long> DEPTH =
            PolicyOption.integer("depth", 3, 1, 64, "How deep to search.");
        public String name() { return "%s"; }
        public List<PolicyOption<?>> options() { return List.of(LIMIT, CAUTION, DEPTH); }
        public Rebalance rebalanceExperts(
            ExpertTable table, ExpertWorkload workload, PolicyContext context) {
          throw new IllegalStateException("%%s/%%s/%%s/%%s".formatted(
              context.option(LIMIT), context.option(CAUTION), context.option(DEPTH),
              context.dispatch().label()));
        }
      }
      """
          .formatted(Settings.DEFAULT_POLICY_NAME);

  @TempDir private Path folder;

  @Test
  void theReferenceStaticNeedsNoPolicy() {
    Contender contender =
        contenders(Registries.empty())
            .find("static", "static", Map.of())
            .enter(TOPOLOGY, EpRanks.nominal(TOPOLOGY));
    assertTrue(contender.reference());
    assertEquals("static", contender.policy());
  }

  @Test
  void theReferenceStaticTakesNoOption() {
    assertRefused("policy static: I5: there is no option 'limit'", "static", Map.of("limit", "1"));
  }

  @Test
  void theClairvoyantSaysWhichPolicyItLacks() {
    assertRefused(
        "clairvoyant plans with the policy "
            + Settings.DEFAULT_POLICY_NAME
            + ", which was not found",
        "clairvoyant",
        Map.of());
  }

  @Test
  void theClairvoyantPlansWithEveryRestrictionLiftedThatIsNotGiven() throws Exception {
    Path jar =
        new TestJar(folder)
            .source("NearOptimal", TELLS_ITS_OPTIONS)
            .provides("plugin.NearOptimal")
            .build("near-optimal.jar");
    Contenders contenders = contenders(Registries.of(jar));
    assertPlansWith("4/2.0/3/lp", contenders.find("A", Settings.DEFAULT_POLICY_NAME, Map.of()));
    assertPlansWith("0/0.0/3/lp", contenders.find("B", "clairvoyant", Map.of()));
    assertPlansWith(
        "2/0.0/5/lp", contenders.find("C", "clairvoyant", Map.of("limit", "2", "depth", "5")));
  }

  private static void assertPlansWith(String options, Contenders.Entrant entrant) {
    LoadRecording recording = LoadRecording.of(2, 1, 2, new double[] {1, 2, 3, 4});
    try (Contender contender = entrant.enter(TOPOLOGY, EpRanks.nominal(TOPOLOGY))) {
      SimulationResult result =
          new Simulation(
                  TOPOLOGY,
                  EpRanks.nominal(TOPOLOGY),
                  Weighting.last(),
                  List.of(contender),
                  (scored, outOf) -> {})
              .run(LoadTrace.of(recording))
              .orElseThrow();
      String failure = result.policies().get(0).lastFailure().orElseThrow();
      assertTrue(failure.contains("failed: " + options + " "), failure);
    }
  }

  private static Contenders contenders(PolicyRegistry registry) {
    return new Contenders(
        registry,
        ContractSettings.defaults().withProcessors(1),
        EplbConfig.defaults().with(Settings.DISPATCH, "lp"),
        0);
  }

  private static void assertRefused(String words, String name, Map<String, String> options) {
    String message =
        String.valueOf(
            assertThrows(
                    InvalidInputException.class,
                    () -> contenders(Registries.empty()).find(name, name, options))
                .getMessage());
    assertTrue(message.contains(words), message);
  }
}
