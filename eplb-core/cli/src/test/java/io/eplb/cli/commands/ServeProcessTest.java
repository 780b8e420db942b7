package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CtrlC;
import io.eplb.cli.Eplb;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, and the signals to it. */
class ServeProcessTest {
  private static final String LISTENING = "listening on ";

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path folder = Path.of(".");

  /** Starts the service with a configuration, and returns it once it listens. */
  private Service start(String settings, String... more) throws IOException {
    Path config = Files.writeString(folder.resolve("eplb.yaml"), settings);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Eplb.class.getName(),
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--config",
                config.toString(),
                "--ranks",
                "2"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).start();
    String line = String.valueOf(process.inputReader(StandardCharsets.UTF_8).readLine());
    assertTrue(line.startsWith(LISTENING + "http://127.0.0.1:"), line);
    return new Service(
        process,
        process.errorReader(StandardCharsets.UTF_8),
        line.substring(LISTENING.length()),
        config);
  }

  private record Service(Process process, BufferedReader err, String address, Path config)
      implements AutoCloseable {
    /** Writes other settings and asks the service to read them; returns what it says. */
    String reload(String settings) throws IOException, InterruptedException {
      Files.writeString(config, settings);
      Process kill = new ProcessBuilder("sh", "-c", "kill -HUP " + process.pid()).start();
      assertEquals(0, kill.waitFor());
      return String.valueOf(err.readLine());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** Asks for a plan; returns the model as the service describes it afterwards. */
  private JsonNode plan(Service service, int load) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(service.address() + "/v1/groups/a/plan?slots=6"))
                .POST(BodyPublishers.ofString("{\"load\": [[" + load + ", 1, 1, 1]]}"))
                .build(),
            BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    HttpResponse<String> group =
        client.send(
            HttpRequest.newBuilder(URI.create(service.address() + "/v1/groups/a")).build(),
            BodyHandlers.ofString());
    return new ObjectMapper().readTree(group.body()).path("models").path(0);
  }

  @Test
  void aHangUpReadsTheConfigurationAgainUnlessItIsWrong() throws Exception {
    try (Service service = start("eplb_policy: default\n")) {
      assertEquals("default", plan(service, 5).path("latest").path("policy").asText());
      assertEquals(
          "eplb serve: the configuration is read again", service.reload("eplb_policy: static\n"));
      assertEquals("static", plan(service, 6).path("latest").path("policy").asText());
      String refusal = service.reload("eplb_policy: nobody\n");
      assertTrue(refusal.startsWith("eplb serve: the settings stay as they were: "), refusal);
      assertTrue(refusal.contains("nobody"), refusal);
      assertTrue(service.reload("eplb_polcy: static\n").contains("eplb_polcy"));
      assertEquals("static", plan(service, 7).path("latest").path("policy").asText());
    }
  }

  @Test
  void theDispatchOfTheCommandLineWinsOverTheConfiguration() throws Exception {
    try (Service service = start("dispatch: single\n", "--dispatch", "lp")) {
      assertEquals("lp", plan(service, 5).path("dispatch").asText());
      assertTrue(service.reload("dispatch: even\n").contains("read again"));
      assertEquals("lp", plan(service, 6).path("dispatch").asText());
    }
  }

  @Test
  void aServiceThatIsAskedToEndEndsWithoutAnError() throws Exception {
    try (Service service = start("eplb_policy: default\n")) {
      plan(service, 5);
      assertTrue(service.process().toHandle().destroy()); // SIGTERM
      assertEquals(0, service.process().waitFor());
      assertEquals(null, service.err().readLine());
    }
  }

  @Test
  void aServiceEndsByCtrlCToo() throws Exception {
    CtrlC.assumeHeeded();
    try (Service service = start("eplb_policy: default\n")) {
      CtrlC.press(service.process());
      assertEquals(0, service.process().waitFor());
    }
  }
}
