package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option --policy-path in every command that looks for policies. */
class PolicyPathTest {
  @TempDir private static Path policies = Path.of("");
  private static Path healthy = Path.of("");
  private static Path text = Path.of("");

  @TempDir private Path folder = Path.of("");
  private Path load = Path.of("");

  @BeforeAll
  static void buildJars() throws IOException {
    healthy =
        new TestJar(policies)
            .policy(
                "Keeping",
                "\"keeping\"",
                """
                public List<PolicyOption<?>> options() {
                  return List.of(PolicyOption.integer("depth", 4, 1, 8, "How deep to search."));
                }
                """)
            .version("3.1")
            .build("keeping.jar");
    new TestJar(policies)
        .source(
            "Throwing",
            """
            package plugin;
            import io.eplb.api.*;
            public class Throwing implements EplbPolicy {
              public String name() { return "throwing"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                throw new IllegalStateException("no licence");
              }
            }
            """)
        .provides("plugin.Throwing")
        .build("throwing.jar");
    text = Files.writeString(policies.resolve("text.jar"), "no zip");
  }

  @BeforeEach
  void writeALoad() throws IOException {
    load = Files.writeString(folder.resolve("load.json"), "[[90,1,1,1,1,1,1,4],[1,2,3,4,5,6,7,8]]");
  }

  private CommandLineRun plan(String options, Object... values) {
    return CommandLineRun.of(
        "plan --load %s --ranks 4 --policy-path %s --output %s " + options,
        load,
        policies,
        folder.resolve("map.json"),
        values);
  }

  @Test
  void policiesListsDroppedInJarsAndWhatFailedToLoad() {
    CommandLineRun run = CommandLineRun.of("policies --policy-path %s", policies);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("keeping  3.1  " + healthy + "\n"), run.out());
    assertTrue(
        run.out()
            .contains("    depth: How deep to search. (a whole number from 1 to 8; default 4)\n"),
        run.out());
    assertTrue(
        run.words().contains("not loaded: " + text + ": it is not a jar, or a damaged one: "),
        run.out());
    assertTrue(run.out().contains("default  "), run.out());
  }

  @Test
  void policiesAsJsonHasTheSame() throws IOException {
    CommandLineRun run = CommandLineRun.of("policies --policy-path %s --json", policies);
    JsonNode json = run.json();
    JsonNode keeping =
        json.get("policies").findParents("name").stream()
            .filter(node -> node.get("name").asText().equals("keeping"))
            .findFirst()
            .orElseThrow();
    assertEquals("3.1", keeping.get("version").asText());
    assertEquals(healthy.toString(), keeping.get("jar").asText());
    assertEquals(8, keeping.at("/options/0/maximum").asInt());
    assertEquals(text.toString(), json.at("/failures/0/jar").asText());
    assertTrue(json.at("/failures/0/reason").asText().startsWith("it is not a jar"));
  }

  @Test
  void plansWithADroppedInPolicyAndItsOption() throws IOException {
    CommandLineRun run = plan("--policy keeping --option depth=8 --json");
    assertEquals("keeping", run.json().get("policy").asText());
    assertEquals("", run.err());
  }

  @Test
  void aBrokenJarDoesNotDisturbAPlanWithAnotherPolicy() {
    CommandLineRun run = plan("--policy default");
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
  }

  @Test
  void aDroppedInPolicyThatFailsIsExitCode3AndWritesNothing() {
    CommandLineRun run = plan("--policy throwing");
    assertEquals(3, run.code());
    assertTrue(
        run.err().startsWith("eplb plan: policy throwing failed: no licence (at Throwing.java:"),
        run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
    assertFalse(Files.exists(folder.resolve("map.json")));
  }

  @Test
  void anUnknownPolicyListsTheDroppedInOnesAndTheBrokenJar() {
    CommandLineRun run = plan("--policy keepin");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("(did you mean keeping?)"), run.err());
    assertTrue(run.err().contains("failed to load: " + text + ": it is not a jar"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void simulatesWithADroppedInPolicy() throws IOException {
    Path trace =
        Files.writeString(folder.resolve("trace.json"), "[[[9,1,1,1]],[[8,2,1,1]],[[7,3,1,1]]]");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --policies keeping:depth=2 --policy-path %s --json",
            trace, policies);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("keeping"), run.out());
  }

  @Test
  void severalFoldersMayBeGivenAndEachHasToExist() {
    Path gone = folder.resolve("gone");
    CommandLineRun run =
        CommandLineRun.of("policies --policy-path %s --policy-path %s", policies, gone);
    assertEquals(2, run.code());
    assertEquals(
        "eplb policies: --policy-path: " + gone + " does not exist; name a folder of policy jars\n",
        run.err());
    assertEquals("", run.out());
    CommandLineRun both =
        CommandLineRun.of("policies --policy-path %s --policy-path %s", folder, policies);
    assertEquals(0, both.code(), both.err());
    assertTrue(both.out().contains("keeping  3.1"), both.out());
  }

  @Test
  void anEmptyPathIsExitCode2() {
    CommandLineRun run = CommandLineRun.of("policies --policy-path %s", "");
    assertEquals(2, run.code());
    assertEquals(
        "eplb policies: --policy-path is empty; name a folder of policy jars\n", run.err());
  }

  @Test
  void configurationsMaySelectADroppedInPolicy() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("eplb.yaml"),
            """
            eplb_policy: keeping
            policy_options:
              depth: 9
            """);
    CommandLineRun wrong = CommandLineRun.of("config check %s --policy-path %s", config, policies);
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("depth"), wrong.err());
    Files.writeString(config, "eplb_policy: keeping\n");
    CommandLineRun right = CommandLineRun.of("config check %s --policy-path %s", config, policies);
    assertEquals(0, right.code(), right.err());
    CommandLineRun shown =
        CommandLineRun.of("config show --config %s --policy-path %s", config, policies);
    assertEquals(0, shown.code(), shown.err());
    assertEquals(2, CommandLineRun.of("config check %s", config).code());
  }

  @Test
  void theEverydayDetailsOfAFailureCanBeLogged() {
    CommandLineRun run = plan("--policy throwing -v -v");
    assertEquals(3, run.code(), run.err());
  }
}
