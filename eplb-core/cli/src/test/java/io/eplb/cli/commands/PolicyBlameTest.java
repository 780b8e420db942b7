package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.eplb.cli.CommandLineRun;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault an exception of a policy is: its own, unless it refuses the request. */
class PolicyBlameTest {
  @TempDir Path folder = Path.of(".");

  /** Plans with a policy that throws, and expects an exit code and one line. */
  private void assertEnds(String command, String exception, int code, String line)
      throws IOException {
    Path policies = Files.createDirectories(folder.resolve("policies"));
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
                throw new %s("give me 2 nodes");
              }
            }
            """
                .formatted(exception))
        .provides("plugin.Throwing")
        .build("throwing.jar");
    Path load = Files.writeString(folder.resolve("load.json"), "[[[9,1,1,1]],[[1,9,1,1]]]");
    Path map = folder.resolve("map.json");
    CommandLineRun run =
        command.equals("plan")
            ? CommandLineRun.of(
                "plan --load %s --ranks 2 --policy throwing --policy-path %s --output %s",
                load, policies, map)
            : CommandLineRun.of(
                "simulate --trace %s --ranks 2 --policies throwing --policy-path %s",
                load, policies);
    assertEquals(code, run.code(), run.err());
    assertEquals("eplb " + command + ": " + line, run.err().lines().reduce((a, b) -> b).orElse(""));
    assertFalse(Files.exists(map));
  }

  @Test
  void aRefusalIsTheUsersToMend() throws IOException {
    String refused = "policy throwing: give me 2 nodes";
    assertEnds("plan", "UnsupportedRequestException", 2, refused);
    assertEnds("simulate", "UnsupportedRequestException", 2, refused);
  }

  @Test
  void anExceptionForBadInputIsThePolicysOwnFault() throws IOException {
    assertEnds(
        "plan",
        "InvalidInputException",
        3,
        "policy throwing failed: give me 2 nodes (at Throwing.java:7)");
  }

  @Test
  void groupsThatNodesDoNotDivideAreTheUsersToMend() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[9,1,1,1,2,2,3,3]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 4 --nodes 4 --groups 2 --policy hierarchical --output %s",
            load, folder.resolve("map.json"));
    assertEquals(2, run.code(), run.err());
    assertEquals(
        "eplb plan: policy hierarchical: it keeps each expert group on one node, but 4 nodes do not"
            + " divide 2 groups; use policy default or global, or groups that the nodes divide\n",
        run.err());
  }
}
