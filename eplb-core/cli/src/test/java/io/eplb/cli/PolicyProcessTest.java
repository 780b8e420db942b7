package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.core.registry.TestJar;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks of policies on their process, observed from another process. */
class PolicyProcessTest {
  @TempDir private Path folder = Path.of("");

  private Path policy(String name, String members, String body) throws IOException {
    return new TestJar(folder)
        .source(
            "Hostile",
            """
            package plugin;
            import io.eplb.api.*;
            public class Hostile implements EplbPolicy {
              %s
              public String name() { return "%s"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                %s
              }
            }
            """
                .formatted(members, name, body))
        .provides("plugin.Hostile")
        .build(name + ".jar");
  }

  private Ended plan(String policy, String... more) throws IOException, InterruptedException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[9,1,1,1],[1,2,3,4]]");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "plan",
                "--load",
                load.toString(),
                "--ranks",
                "2",
                "--policy-path",
                folder.toString(),
                "--policy",
                policy));
    Collections.addAll(arguments, more);
    return run("", arguments.toArray(String[]::new));
  }

  private Ended run(String policyPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.eplb.cli.Eplb"));
    Collections.addAll(command, arguments);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("EPLB_POLICY_PATH", policyPath);
    int code = builder.start().waitFor();
    return new Ended(code, Files.readString(out), Files.readString(err));
  }

  private record Ended(int code, String out, String err) {}

  @Test
  void whatAPolicyPrintsGoesToStandardErrorAndTheReportStaysParseable() throws Exception {
    policy(
        "noisy",
        "static { System.out.println(\"loading\"); }",
        "System.out.print(\"calling\"); return Rebalance.unchanged(table);");
    Ended report = plan("noisy", "--output", folder.resolve("map.json").toString(), "--json");
    assertEquals(0, report.code(), report.err());
    JsonNode json = new ObjectMapper().readTree(report.out());
    assertEquals("noisy", json.get("policy").asText());
    assertTrue(report.out().startsWith("{") && report.out().endsWith("}\n"), report.out());
    assertTrue(report.err().contains("loading") && report.err().contains("calling"), report.err());

    Ended map = plan("noisy", "--output", "-");
    assertEquals(0, map.code(), map.err());
    assertEquals(2, new ObjectMapper().readTree(map.out()).get("moe_layer_count").asInt());
    Path written = folder.resolve("map.json");
    Ended converted =
        run("", "convert", "--from", "vllm-ascend", "--to", "sglang", written.toString(), "-");
    assertEquals(0, converted.code(), converted.err());
    assertTrue(new ObjectMapper().readTree(converted.out()).isObject(), converted.out());
  }

  @Test
  void exitingFromAStaticBlockIsNamedAndExitCode3() throws Exception {
    Path jar = policy("leaving", "static { System.exit(0); }", "return null;");
    Ended ended = run(folder.toString(), "policies");
    assertEquals(3, ended.code(), ended.err());
    assertEquals(
        "eplb: the policy code plugin.Hostile of "
            + jar
            + " ended the process with System.exit (at Hostile.java:4); a policy answers or"
            + " throws\n",
        ended.err());
  }

  @Test
  void exitingFromThePlanOnAThreadOfItsOwnIsNamedAndWritesNothing() throws Exception {
    policy(
        "leaving",
        "",
        "new Thread(() -> Runtime.getRuntime().exit(0)).start(); while (true) Thread.onSpinWait();");
    Path map = folder.resolve("map.json");
    Ended ended = plan("leaving", "--output", map.toString());
    assertEquals(3, ended.code(), ended.err());
    assertTrue(ended.err().contains("ended the process with System.exit"), ended.err());
    assertTrue(Files.notExists(map));
  }

  @Test
  void exitingDuringASimulationIsNamedAndIsNoInterruption() throws Exception {
    Path jar = policy("leaving", "", "System.exit(0); return null;");
    Path trace = Files.writeString(folder.resolve("trace.json"), "[[[9,1,1,1]],[[1,2,3,4]]]");
    Ended ended =
        run(
            folder.toString(),
            "simulate",
            "--trace",
            trace.toString(),
            "--ranks",
            "2",
            "--policies",
            "leaving");
    assertEquals(3, ended.code(), ended.err());
    assertEquals("", ended.out());
    assertTrue(
        ended.err().startsWith("eplb: the policy code plugin.Hostile of " + jar), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @Test
  void inAProcessOfItsOwnAnAttackIsAFailureOfThePolicyAndWritesNothing() throws Exception {
    Path map = folder.resolve("map.json");
    Map<String, String> attacks =
        Map.of(
            "halting", "Runtime.getRuntime().halt(0); return null;",
            "leaving", "System.exit(0); return null;",
            "spoiling",
                "try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write('{'); }"
                    + " catch (java.io.IOException lost) {} return null;");
    for (Map.Entry<String, String> attack : attacks.entrySet()) {
      policy(attack.getKey(), "", attack.getValue());
      Ended ended =
          plan(attack.getKey(), "--isolate", "process", "--json", "--output", map.toString());
      assertEquals(3, ended.code(), ended.err());
      assertTrue(
          ended.err().startsWith("eplb plan: policy " + attack.getKey() + " failed: its process "),
          ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertEquals("", ended.out());
      assertTrue(Files.notExists(map));
      Files.delete(folder.resolve(attack.getKey() + ".jar"));
    }
  }

  @Test
  void theKeyOfAConfigurationIsolatesAndTheCommandLineWins() throws Exception {
    policy("leaving", "", "Runtime.getRuntime().halt(4); return null;");
    Path config = Files.writeString(folder.resolve("eplb.yaml"), "isolate: process\n");
    String map = folder.resolve("map.json").toString();
    Ended isolated = plan("leaving", "--config", config.toString(), "--output", map);
    assertEquals(3, isolated.code(), isolated.err());
    assertTrue(isolated.err().contains("its process ended with exit code 4"), isolated.err());
    Ended inProcess =
        plan("leaving", "--config", config.toString(), "--isolate", "none", "--output", map);
    assertEquals(4, inProcess.code(), "the policy has ended the program");
    Ended wrong = plan("leaving", "--isolate", "jail", "--output", map);
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("'jail' is neither none nor process"), wrong.err());
  }

  @Test
  void aHealthyPolicyInAProcessOfItsOwnPlansWithItsOptions() throws Exception {
    Path map = folder.resolve("map.json");
    Ended here =
        plan("incremental", "--option", "max-moves-per-layer=1", "--output", map.toString());
    assertEquals(0, here.code(), here.err());
    byte[] expected = Files.readAllBytes(map);
    Ended apart =
        plan(
            "incremental",
            "--option",
            "max-moves-per-layer=1",
            "--isolate",
            "process",
            "--force",
            "--output",
            map.toString());
    assertEquals(0, apart.code(), apart.err());
    assertEquals("", apart.err());
    assertArrayEquals(expected, Files.readAllBytes(map));
  }

  @Test
  void theEnvironmentVariableListsFoldersAndIsNamedIfOneIsMissing() throws Exception {
    Path second = Files.createDirectory(folder.resolve("second"));
    new TestJar(second).policy("Second", "\"second\"", "").build("second.jar");
    policy("first", "", "return null;");
    Ended found = run(folder + File.pathSeparator + second, "policies");
    assertEquals(0, found.code(), found.err());
    assertTrue(
        found.out().contains("\nfirst  ") && found.out().contains("\nsecond  "), found.out());
    assertEquals("", found.err());

    Path gone = folder.resolve("gone");
    Ended missing = run(folder + File.pathSeparator + gone, "policies");
    assertEquals(2, missing.code());
    assertEquals(
        "eplb policies: EPLB_POLICY_PATH: "
            + gone
            + " does not exist; name a folder of policy jars\n",
        missing.err());
  }
}
