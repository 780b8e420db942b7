package io.eplb.server.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.update.promise.RankSettings;
import io.eplb.server.cluster.Patience;
import io.eplb.server.listen.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics and health of an agent whose engine has not started, as operators see them. */
class AgentServerTest {
  @TempDir Path path;

  private AgentRig rig;
  private RankAgent agent;

  @BeforeEach
  void open() {
    rig = new AgentRig(path.resolve("shared"), 1);
    agent =
        new RankAgent(
            new AgentSettings(
                0,
                rig.topology,
                rig.first,
                rig.folder,
                rig.shape,
                RankSettings.DEFAULT,
                AgentRig.AGES),
            rig.cluster.access(),
            new Patience());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private AgentServer start(String address, Optional<String> token) {
    return AgentServer.start(ListenAddress.parse(address), Optional.empty(), token, agent);
  }

  private static HttpResponse<String> get(AgentServer server, String route) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(server.address() + route)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anAddressThatOthersReachNeedsATokenAndTls() {
    for (Optional<String> token : List.of(Optional.<String>empty(), Optional.of("a"))) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> start("0.0.0.0:0", token));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("needs a token and a TLS certificate"),
          refused.getMessage());
    }
  }

  @Test
  void healthIsForEverybodyAndFiguresAreForThoseWhoShowTheToken() throws Exception {
    try (AgentServer server = start("127.0.0.1:0", Optional.of("secret"))) {
      assertEquals("live\n", get(server, "/health/live").body());
      HttpResponse<String> unready = get(server, "/health/ready");
      assertEquals(503, unready.statusCode());
      assertTrue(
          unready.body().contains("rank 0 does not serve: its agent has not started"),
          unready.body());
      assertEquals(401, get(server, "/metrics").statusCode());
    }
  }

  @Test
  void figuresAreThereBeforeTheEngineIs() throws Exception {
    try (AgentServer server = start("127.0.0.1:0", Optional.empty())) {
      HttpResponse<String> figures = get(server, "/metrics");
      assertEquals(200, figures.statusCode());
      assertTrue(figures.body().contains("eplb_agent_serving{rank=\"0\"} 0.0"), figures.body());
      assertTrue(
          get(server, "/metrics")
              .body()
              .contains("eplb_requests_total{route=\"/metrics\",status=\"200\"} 1.0"));
      assertEquals(400, get(server, "/metrics?heat=true").statusCode());
      assertEquals(404, get(server, "/v1/groups").statusCode());
    }
  }
}
