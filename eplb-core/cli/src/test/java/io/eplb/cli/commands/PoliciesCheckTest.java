package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code policies --check}, on jars that are compiled here. */
class PoliciesCheckTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void shortenTheKit() {
    System.setProperty("eplb.kit.rounds", "1");
  }

  /** Returns a jar whose policy keeps the table, unless {@code body} says otherwise. */
  private TestJar jar(String members, String body) {
    return new TestJar(folder)
        .source(
            "Acme",
            """
            package plugin;
            import io.eplb.api.*;
            public final class Acme implements EplbPolicy {
              %s
              public String name() { return "acme"; }
              public PolicyTraits traits() {
                return PolicyTraits.builder().objective(Objective.OWN_MEASURE).build();
              }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                %s
                return Rebalance.unchanged(table);
              }
            }
            """
                .formatted(members, body))
        .provides("plugin.Acme");
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String> failed(JsonNode report) {
    assertFalse(report.get("good").asBoolean());
    return report.at("/jars/0/checks").findParents("status").stream()
        .filter(check -> check.get("status").asText().equals("failed"))
        .map(check -> check.get("part").asText() + " " + check.get("check").asText())
        .toList();
  }

  @Test
  void aGoodJarPassesEveryCheck() throws IOException {
    Path good = jar("", "").build("good.jar");
    CommandLineRun run = CommandLineRun.of("policies --check %s", good);
    assertEquals(0, run.code(), run.out() + run.err());
    assertTrue(run.out().startsWith(good + "\n"), run.out());
    assertTrue(run.out().contains("  ok       links  acme\n"), run.out());
    assertTrue(run.out().contains("  ok       rules  -  endsNoProcessAndStartsNone\n"), run.out());
    assertTrue(
        run.out().contains("  ok       kit    acme  p3PlacesEveryExpertInEveryLayer\n"), run.out());
    assertTrue(run.out().contains(" passed, 0 failed, "), run.out());
  }

  @Test
  void aBrokenRuleOfTheContractIsShownWithItsSmallestCaseAndACommandThatReplaysIt()
      throws IOException {
    Path broken =
        jar(
                "",
                "if (table.layers() > 0) return Rebalance.of(true, new int[] {0},"
                    + " Placement.of(table.layers(), table.ranks(), table.slotsPerRank(),"
                    + " new int[table.layers() * table.physicalExperts()]));")
            .build("broken.jar");
    CommandLineRun run = CommandLineRun.of("policies --check %s", broken);
    assertEquals(2, run.code(), run.out() + run.err());
    assertTrue(
        run.out().contains("  failed   kit    acme  p3PlacesEveryExpertInEveryLayer\n"), run.out());
    assertTrue(run.out().contains("smallest case: "), run.out());
    assertTrue(run.out().contains("replay it alone: EPLB_JAVA_OPTS='-Deplb.kit.case="), run.out());
    assertTrue(run.out().contains("' eplb policies --check " + broken + "\n"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void aMissingLibraryACallOfExitAndASocketAreNamed() throws IOException {
    Path lacking =
        jar("", "if (table.layers() > 1000000) Library.use();")
            .source("Library", "package plugin; class Library { static void use() {} }")
            .without("Library")
            .build("lacking.jar");
    CommandLineRun links = CommandLineRun.of("policies --check %s --json", lacking);
    assertEquals(2, links.code(), links.err());
    assertTrue(failed(json(links)).contains("links -"), links.out());
    assertTrue(links.words().contains("plugin.Library that it needs is missing"), links.out());

    Path leaving =
        jar(
                "",
                "if (table.layers() > 1000000) { System.exit(0);"
                    + " try { new java.net.Socket(); } finally {} }")
            .build("leaving.jar");
    CommandLineRun rules = CommandLineRun.of("policies --json --check %s", leaving);
    assertEquals(2, rules.code(), rules.err());
    List<String> failed = failed(json(rules));
    assertTrue(failed.contains("rules endsNoProcessAndStartsNone"), failed.toString());
    assertEquals(2, failed.size(), failed.toString());
  }

  @Test
  void aJarThatEndsTheProcessOfTheCheckIsNamed() throws IOException {
    Path leaving = jar("static { Runtime.getRuntime().halt(7); }", "").build("leaving.jar");
    CommandLineRun run = CommandLineRun.of("policies --check %s", leaving);
    assertEquals(2, run.code(), run.err());
    assertTrue(
        run.words().contains("its process ended with exit code 7 before all checks were made"),
        run.out());
    assertTrue(run.out().contains("  failed   rules  -  endsNoProcessAndStartsNone\n"), run.out());
  }

  @Test
  void nonsenseIsNamed() throws IOException {
    Path gone = folder.resolve("gone.jar");
    CommandLineRun absent = CommandLineRun.of("policies --check %s", gone);
    assertEquals(2, absent.code());
    assertEquals(
        "eplb policies: --check: " + gone + " does not exist; name a jar of policies\n",
        absent.err());
    CommandLineRun nothing = CommandLineRun.of("policies --check");
    assertEquals(2, nothing.code());
    assertEquals(1, nothing.err().lines().count(), nothing.err());

    Path text = Files.write(folder.resolve("text.jar"), "no zip".getBytes(StandardCharsets.UTF_8));
    CommandLineRun notAJar = CommandLineRun.of("policies --check %s", text);
    assertEquals(2, notAJar.code());
    assertTrue(notAJar.words().contains("it is not a jar, or a damaged one"), notAJar.out());
    CommandLineRun aFolder = CommandLineRun.of("policies --check %s", folder);
    assertEquals(2, aFolder.code());
    assertTrue(aFolder.words().contains("it is a folder, not a jar"), aFolder.out());
  }
}
