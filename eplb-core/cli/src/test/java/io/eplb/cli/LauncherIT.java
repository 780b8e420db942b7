package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.registry.TestJar;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: by the launcher, and from the jars on the module path. */
class LauncherIT {
  @TempDir Path folder = Path.of(".");

  @Test
  void theLauncherPlansFromAnotherFolderAndThroughASymbolicLink() throws Exception {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("eplb"), Path.of("..", "bin", "eplb").toAbsolutePath());
    Path map = folder.resolve("map.json");
    Ended plan =
        run(
            link.toString(),
            "plan",
            "--load",
            example(),
            "--ranks",
            "32",
            "--output",
            map.toString());
    assertEquals(0, plan.code(), plan.err());
    assertTrue(plan.out().contains("PAR after"), plan.out());
    assertTrue(Files.size(map) > 1000);
    Ended verify = run(link.toString(), "verify", map.toString());
    assertEquals(0, verify.code(), verify.err());
  }

  @Test
  void theLauncherPassesExitCodesAndKeepsErrorsToOneLine() throws Exception {
    Ended wrong =
        run(launcher(), "plan", "--load", example(), "--ranks", "0", "--output", "x.json");
    assertEquals(2, wrong.code());
    assertEquals(1, wrong.err().lines().count(), wrong.err());
    assertEquals("", wrong.out());
    assertEquals(0, run(launcher(), "--help").code());
    assertTrue(run(launcher(), "--version").out().startsWith("eplb 0."));
    assertEquals(0, run(launcher()).code());
  }

  @Test
  void theModulePathFindsThePoliciesToo() throws Exception {
    Ended policies = runOnModulePath(List.of(), "policies");
    assertEquals(0, policies.code(), policies.err());
    assertTrue(policies.out().contains("hierarchical"), policies.out());
    assertFalse(policies.out().contains("not loaded"), policies.out());
    assertEquals("", policies.err());
  }

  @Test
  void theLauncherRunsAPolicyInAProcessOfItsOwn() throws Exception {
    Path here = folder.resolve("here.json");
    Path apart = folder.resolve("apart.json");
    for (Path map : List.of(here, apart)) {
      Ended plan =
          run(
              launcher(),
              "plan",
              "--load",
              example(),
              "--ranks",
              "32",
              "--isolate",
              map.equals(apart) ? "process" : "none",
              "--output",
              map.toString());
      assertEquals(0, plan.code(), plan.err());
      assertEquals("", plan.err());
    }
    assertEquals(-1, Files.mismatch(here, apart));
  }

  @Test
  void theLauncherRefusesAPolicysSecurityManagerAndChecksItsJar() throws Exception {
    Path jar =
        new TestJar(folder)
            .policy(
                "Guarding",
                "\"guarding\"",
                "public Guarding() { System.setSecurityManager(new SecurityManager()); }")
            .build("guarding.jar");
    Ended plan =
        run(
            launcher(),
            "plan",
            "--load",
            example(),
            "--ranks",
            "32",
            "--policy-path",
            folder.toString(),
            "--policy",
            "guarding",
            "--output",
            folder.resolve("map.json").toString());
    assertEquals(2, plan.code(), plan.err());
    assertTrue(plan.err().contains("Security Manager"), plan.err());
    Ended check = run(launcher(), "policies", "--check", jar.toString());
    assertEquals(2, check.code(), check.out() + check.err());
    assertTrue(
        check.out().contains("  failed   rules  -  endsNoProcessAndStartsNone\n"), check.out());
    assertTrue(check.out().contains("  failed   links  plugin.Guarding"), check.out());
  }

  @Test
  void theModulePathReadsPolicyFoldersToo() throws Exception {
    Path jar =
        new TestJar(folder)
            .policy("Keeping", "\"keeping\"", "")
            .version("3.1")
            .build("keeping.jar");
    Ended policies = runOnModulePath(List.of(), "policies", "--policy-path", folder.toString());
    assertEquals(0, policies.code(), policies.err());
    assertTrue(policies.out().contains("keeping  3.1  " + jar), policies.out());
    assertFalse(policies.out().contains("not loaded"), policies.out());
  }

  @Test
  void aPolicyCannotReachByReflectionIntoTheTableInForce() throws Exception {
    new TestJar(folder)
        .source(
            "Reaching",
            """
            package plugin;
            import io.eplb.api.*;
            public class Reaching implements EplbPolicy {
              public String name() { return "reaching"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                try {
                  var field = Placement.class.getDeclaredField("physicalToLogical");
                  field.setAccessible(true);
                  ((int[]) field.get(table.placement()))[0] = 1;
                } catch (ReflectiveOperationException e) {
                  throw new IllegalStateException(e);
                }
                return Rebalance.unchanged(table);
              }
            }
            """)
        .provides("plugin.Reaching")
        .build("reaching.jar");
    Path map = folder.resolve("map.json");
    Ended plan =
        run(
            launcher(),
            "plan",
            "--policy",
            "reaching",
            "--policy-path",
            folder.toString(),
            "--load",
            example(),
            "--ranks",
            "32",
            "--output",
            map.toString());
    assertEquals(3, plan.code(), plan.err());
    assertTrue(plan.err().contains("physicalToLogical accessible"), plan.err());
    assertFalse(Files.exists(map));
  }

  @Test
  void theApisJarStatesTheVersionThatTheProgramTakes() throws Exception {
    String stated;
    try (Stream<Path> jars = Files.list(Path.of("target", "dist", "lib"));
        JarFile api =
            new JarFile(
                jars.filter(jar -> jar.getFileName().toString().startsWith("eplb-api-"))
                    .findFirst()
                    .orElseThrow()
                    .toFile())) {
      stated = api.getManifest().getMainAttributes().getValue("EPLB-Api-Version");
    }
    int minor = Integer.parseInt(stated.substring(stated.indexOf('.') + 1));
    new TestJar(folder)
        .policy("Same", "\"same\"", "")
        .attribute("EPLB-Api-Version", stated)
        .build("same.jar");
    new TestJar(folder)
        .policy("Newer", "\"newer\"", "")
        .attribute("EPLB-Api-Version", stated.replace("." + minor, "." + (minor + 1)))
        .build("newer.jar");
    String policies = run(launcher(), "policies", "--policy-path", folder.toString()).out();
    assertTrue(policies.contains("same.jar"), policies);
    assertTrue(policies.contains("this runtime has version " + stated), policies);
  }

  @Test
  void numbersHaveTheSameDigitsInEveryLocale() throws Exception {
    Path one =
        Files.writeString(folder.resolve("one.json"), "{\"physical_to_logical_map\":[[0,1]]}");
    Path two =
        Files.writeString(folder.resolve("two.json"), "{\"physical_to_logical_map\":[[1,0]]}");
    Ended verify =
        runOnModulePath(
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            "verify",
            "--ranks",
            "2",
            one.toString(),
            two.toString());
    assertEquals(4, verify.code(), verify.err());
    assertTrue(verify.words().contains("first at layer 0, rank 0, slot 0"), verify.out());
  }

  @Test
  void theDemoServesTheExampleThatIsInTheProgram() throws Exception {
    Ended demo = run(launcher(), "demo", "--steps", "16", "--step-millis", "0");
    assertEquals(0, demo.code(), demo.err());
    assertTrue(demo.words().contains("every byte verified"), demo.out());
    assertEquals("", demo.err());
    Ended onModulePath =
        runOnModulePath(
            List.of(), "demo", "--policy", "static", "--steps", "8", "--step-millis", "0");
    assertEquals(0, onModulePath.code(), onModulePath.err());
    assertTrue(onModulePath.words().contains("every byte verified"), onModulePath.out());
  }

  @Test
  void theLauncherServesAtAPortAndAtASocketUntilItIsEnded() throws Exception {
    Path socket = folder.resolve("eplb.sock");
    File err = folder.resolve("err.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher(), "serve", "--listen", "127.0.0.1:0", "--listen", "unix:" + socket)
            .redirectError(err);
    builder.environment().put("EPLB_NO_BUILD", "1");
    Process service = builder.start();
    try (BufferedReader out = service.inputReader(StandardCharsets.UTF_8)) {
      String port = String.valueOf(out.readLine());
      assertTrue(port.startsWith("listening on http://127.0.0.1:"), port);
      assertEquals("listening on unix:" + socket, out.readLine());
      URI address = URI.create(port.substring("listening on ".length()));
      String policies =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address.resolve("/v1/policies")).build(),
                  BodyHandlers.ofString())
              .body();
      assertTrue(policies.contains("\"hierarchical\""), policies);
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        channel.write(
            StandardCharsets.US_ASCII.encode(
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        String ready =
            new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(ready.startsWith("HTTP/1.1 200 ") && ready.endsWith("ready\n"), ready);
      }
      service.destroy(); // SIGTERM
      assertEquals(0, service.waitFor());
      assertFalse(Files.exists(socket));
      assertEquals("", Files.readString(err.toPath()));
    } finally {
      service.destroyForcibly();
    }
  }

  @Test
  void completionIsAShellScript() throws Exception {
    Ended script = run(launcher(), "generate-completion");
    assertEquals(0, script.code());
    Path file = Files.writeString(folder.resolve("completion.sh"), script.out());
    assertEquals(0, run("bash", "-n", file.toString()).code());
  }

  private Ended runOnModulePath(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(options);
    try (Stream<Path> jars = Files.list(Path.of("target", "dist", "lib"))) {
      words.add(
          "--module-path="
              + jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator)));
    }
    words.addAll(
        List.of("--add-modules=io.eplb.policies", "--module=io.eplb.cli/io.eplb.cli.Eplb"));
    words.addAll(List.of(arguments));
    return run(words.toArray(String[]::new));
  }

  private static String launcher() {
    return Path.of("..", "bin", "eplb").toAbsolutePath().toString();
  }

  private static String example() {
    return Path.of("..", "examples", "glm52-mixed.npy").toAbsolutePath().toString();
  }

  private Ended run(String... command) throws IOException, InterruptedException {
    File out = Files.createTempFile(folder, "out", ".txt").toFile();
    File err = Files.createTempFile(folder, "err", ".txt").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    // The build that runs this test has just made the jars.
    builder.environment().put("EPLB_NO_BUILD", "1");
    int code = builder.start().waitFor();
    return new Ended(code, Files.readString(out.toPath()), Files.readString(err.toPath()));
  }

  private record Ended(int code, String out, String err) {
    /** Returns the standard output with single blanks, wherever its lines are broken. */
    String words() {
      return out.replaceAll("\\s+", " ");
    }
  }
}
