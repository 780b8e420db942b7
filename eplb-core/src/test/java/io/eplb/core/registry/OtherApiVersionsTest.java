package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that were compiled against an older and against a newer API than the present one. */
class OtherApiVersionsTest {
  private static final String VERSION = "EPLB-Api-Version";

  /** Swaps the first experts of the first two ranks in layer 0, by means of version 1.0 alone. */
  private static final String SWAPPING =
      """
      package plugin;
      import io.eplb.api.*;
      import java.util.List;
      public final class Swapping implements EplbPolicy {
        private static final PolicyOption<Boolean> ON = PolicyOption.flag("on", true, "Swaps.");
        public String name() { return "swapping"; }
        public List<PolicyOption<?>> options() { return List.of(ON); }
        public Rebalance rebalanceExperts(
            ExpertTable table, ExpertWorkload workload, PolicyContext context) {
          EpTopology topology = context.topology();
          MigrationBudget budget = context.migrationBudget();
          double[] loads = new double[topology.experts()];
          workload.expertLoads(table, 0, loads, 0);
          int[] row = new int[topology.physicalExperts()];
          table.copyLayer(0, row, 0);
          double peak = LayerBalance.of(row, loads, topology.ranks()).peak();
          if (!context.option(ON) || peak < 0.0 || !budget.unlimited() || topology.nodes() < 1) {
            return Rebalance.unchanged(table);
          }
          int first = row[0];
          row[0] = row[topology.slotsPerRank()];
          row[topology.slotsPerRank()] = first;
          Placement placement = Placement.builder(table).setLayer(0, row, 0).build();
          return Rebalance.of(true, new int[] {0}, placement);
        }
      }
      """;

  /** Asks for what only the next API has. */
  private static final String ASKING =
      """
      package plugin;
      import io.eplb.api.*;
      public final class Asking implements EplbPolicy {
        public String name() { return "asking"; }
        public Rebalance rebalanceExperts(
            ExpertTable table, ExpertWorkload workload, PolicyContext context) {
          if (context.weather().isEmpty()) {
            throw new IllegalStateException("no weather");
          }
          return Rebalance.unchanged(table);
        }
      }
      """;

  @TempDir private static Path shared = Path.of("");
  private static Path newerApi = Path.of("");

  @TempDir private Path folder = Path.of("");

  /** Compiles the sources of the present API with one method more. */
  @BeforeAll
  static void compileANewerApi() throws IOException {
    Path sources = Path.of("../eplb-api/src/main/java").toAbsolutePath().normalize();
    Path context = sources.resolve("io/eplb/api/PolicyContext.java");
    String text = Files.readString(context);
    String start = "  /** Returns the shape of the expert-parallel group. */";
    assertTrue(text.contains(start), "PolicyContext has changed; adapt this test");
    Path newer = shared.resolve("source/io/eplb/api/PolicyContext.java");
    Files.createDirectories(Objects.requireNonNull(newer.getParent()));
    Files.writeString(
        newer,
        text.replace(
            start,
            "  /** Returns the weather. */\n  public String weather() {\n"
                + "    return \"sun\";\n  }\n\n"
                + start));
    newerApi = Files.createDirectories(shared.resolve("classes"));
    List<Path> files;
    try (Stream<Path> walked = Files.walk(sources.resolve("io"))) {
      files =
          walked
              .filter(file -> file.toString().endsWith(".java") && !file.equals(context))
              .toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean done =
          compiler
              .getTask(
                  problems,
                  manager,
                  null,
                  List.of(
                      "-proc:none",
                      "-d",
                      newerApi.toString(),
                      "-cp",
                      Locations.ofClass(org.jspecify.annotations.Nullable.class, "")),
                  null,
                  manager.getJavaFileObjectsFromPaths(
                      Stream.concat(files.stream(), Stream.of(newer)).toList()))
              .call();
      assertTrue(done, problems::toString);
    }
  }

  @Test
  void aJarForThePreviousVersionPlans() throws Exception {
    oldJar().attribute(VERSION, "1.0").build("old.jar");
    assertSwaps();
  }

  @Test
  void aJarForThePreviousVersionThatStatesNothingPlans() throws Exception {
    oldJar().build("old.jar");
    assertSwaps();
  }

  private TestJar oldJar() throws URISyntaxException {
    Path api =
        Path.of(
            Objects.requireNonNull(OtherApiVersionsTest.class.getResource("eplb-api-1.0.jar"))
                .toURI());
    return new TestJar(folder)
        .against(api)
        .source("Swapping", SWAPPING)
        .provides("plugin.Swapping");
  }

  private void assertSwaps() {
    try (PolicyRegistry registry = open()) {
      DiscoveredPolicy found = registry.find("swapping");
      try (GuardedPolicy policy =
          new GuardedPolicy(found::newInstance, ContractSettings.defaults())) {
        PlanOutcome outcome = plan(policy);
        assertTrue(outcome.failure().isEmpty(), outcome::toString);
        assertTrue(outcome.rejectedLayers().isEmpty(), outcome::toString);
        assertTrue(outcome.changed());
        assertEquals(2, outcome.expertsMoved());
      }
    }
  }

  @Test
  void aJarForTheNextVersionIsRefusedAtDiscovery() throws IOException {
    newJar().attribute(VERSION, "1.3").build("new.jar");
    try (PolicyRegistry registry = open()) {
      String refusal =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("asking"))
                  .getMessage());
      assertTrue(
          refusal.contains(
              "it was built for version 1.3 of the policy API; this runtime has version 1.2, and"
                  + " takes 1.0 to 1.2"),
          refusal);
      assertTrue(refusal.contains("new.jar"), refusal);
    }
  }

  @Test
  void aJarForTheNextVersionThatStatesThisOneFailsByTheNameOfWhatIsMissing() throws IOException {
    newJar().attribute(VERSION, "1.2").build("new.jar");
    String reason;
    try (PolicyRegistry registry = open()) {
      reason = useOf(registry);
    }
    assertTrue(reason.contains("io.eplb.api.PolicyContext.weather()"), reason);
    assertFalse(reason.contains("NoSuchMethodError"), reason);
  }

  /** Returns the reason for which the policy cannot be used, at discovery or at the first plan. */
  private static String useOf(PolicyRegistry registry) {
    DiscoveredPolicy found;
    try {
      found = registry.find("asking");
    } catch (InvalidInputException refused) {
      return String.valueOf(refused.getMessage());
    }
    try (GuardedPolicy policy =
        new GuardedPolicy(found::newInstance, ContractSettings.defaults())) {
      PlanOutcome outcome = plan(policy);
      assertTrue(outcome.failure().isPresent(), outcome::toString);
      assertFalse(outcome.changed());
      return String.valueOf(outcome.failure().orElseThrow().getMessage());
    }
  }

  private TestJar newJar() {
    return new TestJar(folder).against(newerApi).source("Asking", ASKING).provides("plugin.Asking");
  }

  private static PlanOutcome plan(GuardedPolicy policy) {
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(2, topology);
    return policy.plan(
        PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, new double[12]), topology)
            .build());
  }

  private PolicyRegistry open() {
    return PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
  }
}
