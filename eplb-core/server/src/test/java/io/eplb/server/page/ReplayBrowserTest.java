package io.eplb.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.file.RecordingFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.server.PlanningServer;
import io.eplb.server.ServerSettings;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.planning.PlanSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A recording replayed through the whole service, as the browser shows it. */
class ReplayBrowserTest {
  private static final Path RECORDING = Path.of("../examples/glm52-mixed.npy");
  private static final int RANKS = 32;
  private static final int SLOTS = 288;
  private static final String TOKEN = "the-token-of-this-test";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void thePageShowsWhatTheServiceAnswered() throws Exception {
    try (Browser browser = Browser.start();
        PlanningServer server =
            PlanningServer.start(
                ServerSettings.builder()
                    .listen(new ListenAddress.Port("127.0.0.1", 0))
                    .token(TOKEN)
                    .build(),
                PlanSettings.builder(EplbConfig.defaults()).build())) {
      String address = server.addresses().get(0);
      browser.open(address, 1400, "light");
      browser.await("connection", "Token needed");
      browser.element("token-text").sendKeys(TOKEN + "\n");
      browser.await("empty", "No group has asked for a plan yet");

      String example = browser.text("example");
      assertTrue(example.startsWith("curl -H \"Authorization: Bearer $EPLB_TOKEN\" -H "), example);
      String body = example.substring(example.indexOf("-d '") + 4, example.lastIndexOf('\''));
      String asked = example.substring(example.lastIndexOf(' ') + 1);
      assertEquals(200, post(asked, body).statusCode(), example);
      browser.await("model-group", "try");

      browser.run("location.hash = '#glm/75x256'");
      JsonNode answer = replay(address);
      browser.await("last-plan", "plan 8 ");

      String figures = browser.text("figures");
      for (String expected :
          List.of(
              "PAR before\n" + par(answer.get("par_before")),
              "PAR predicted\n" + par(answer.get("par_after")),
              "Experts moved\n" + String.format(Locale.ROOT, "%,d", answer.get("moved").asLong()),
              "History\n8\nwindows of load")) {
        assertTrue(figures.contains(expected), () -> expected + " is not in " + figures);
      }
      JsonNode status = JSON.readTree(get(address + "/v1/groups/glm")).get("models").get(0);
      assertTrue(
          figures.contains("PAR measured\n" + par(status.get("latest").get("par_measured"))),
          () -> status + "\n" + figures);
      browser.awaitTrue("return document.querySelectorAll('#rounds tbody tr').length === 8");
      assertTrue(browser.text("rounds").contains("all ranks agreed"), browser.text("rounds"));
      String scrape = get(address + "/metrics?heat=true");
      assertTrue(
          scrape.contains(
              "eplb_plans_total{group=\"glm\",model=\"75x256\",outcome=\"changed\"} 8.0"));
      assertTrue(scrape.contains("eplb_rounds_total{group=\"glm\",outcome=\"changed\"} 8.0"));
      assertTrue(scrape.contains("status=\"200\""));
      assertEquals(
          2L * 75 * RANKS,
          scrape
              .lines()
              .filter(line -> line.startsWith("eplb_rank_load_ratio{group=\"glm\""))
              .count());

      assertEquals(400, post(address + "/v1/groups/glm/plan", "{}").statusCode());
      assertEquals(
          List.of(), browser.faults().stream().filter(ReplayBrowserTest::unexpected).toList());
    }
  }

  /** Returns whether a fault is another one than the token that was asked for. */
  private static boolean unexpected(String fault) {
    return !(fault.contains("/events") && fault.contains("401"));
  }

  /** Asks for a plan on each window and goes on with its table; returns the last answer. */
  private JsonNode replay(String address) throws Exception {
    LoadRecording recording = RecordingFiles.read(RECORDING);
    ObjectNode answer = JSON.createObjectNode();
    for (int window = 0; window < recording.windows(); window++) {
      ObjectNode question = JSON.createObjectNode();
      double[] loads = recording.sum(window, window);
      for (int layer = 0; layer < recording.layers(); layer++) {
        var row = question.withArray("load").addArray();
        for (int expert = 0; expert < recording.experts(); expert++) {
          row.add(loads[layer * recording.experts() + expert]);
        }
      }
      if (window > 0) {
        question.set("current", answer.get("physical_to_logical"));
      }
      HttpResponse<String> response =
          post(
              address
                  + "/v1/groups/glm/plan?ranks=%s&slots=%s&rank=0&world=1&round=%s"
                      .formatted(RANKS, SLOTS, window),
              question.toString());
      assertEquals(200, response.statusCode(), response.body());
      answer = (ObjectNode) JSON.readTree(response.body());
      assertEquals(true, answer.get("unanimous").asBoolean());
    }
    return answer;
  }

  private HttpResponse<String> post(String address, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(String address) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + TOKEN)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String par(JsonNode value) {
    return String.format(Locale.ROOT, "%.3f", value.asDouble());
  }
}
