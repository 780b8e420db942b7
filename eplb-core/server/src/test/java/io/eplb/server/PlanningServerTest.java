package io.eplb.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.server.http.RawClient;
import io.eplb.server.http.RawClient.Answer;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.planning.PlanSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole service, with the policies that ship, over its addresses. */
class PlanningServerTest {
  private static final String TOKEN = "s3cret";
  private static final String PLAN = "/v1/groups/default/plan";

  private final ObjectMapper mapper = new ObjectMapper();

  @TempDir Path folder = Path.of(".");

  private PlanningServer server = start();

  private static PlanSettings policy(String name) {
    return PlanSettings.builder(
            EplbConfig.defaults().with(Settings.POLICY, name).with(Settings.RANKS, 4L))
        .build();
  }

  private static PlanningServer start() {
    return PlanningServer.start(
        ServerSettings.builder()
            .listen(ListenAddress.parse("127.0.0.1:0"))
            .token(TOKEN)
            .maxBody(1 << 16)
            .build(),
        policy("default"));
  }

  @BeforeEach
  void listenAtASocketToo() {
    server.close();
    server =
        PlanningServer.start(
            ServerSettings.builder()
                .listen(ListenAddress.parse("127.0.0.1:0"))
                .listen(new ListenAddress.Socket(folder.resolve("s")))
                .token(TOKEN)
                .maxBody(1 << 16)
                .build(),
            policy("default"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String address() {
    return server.addresses().get(0);
  }

  private static byte[] request(String method, String path, String headers, byte[] body) {
    byte[] head =
        "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(method, path, TOKEN, body.length, headers)
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private static Answer ask(String address, byte[] request) throws IOException {
    try (RawClient client = RawClient.connect(address)) {
      return client.send(request).answer();
    }
  }

  private Answer get(String path) throws IOException {
    return ask(address(), request("GET", path, "", new byte[0]));
  }

  private Answer post(String path, String body) throws IOException {
    return post(path, "", body.getBytes(StandardCharsets.UTF_8));
  }

  private Answer post(String path, String headers, byte[] body) throws IOException {
    return ask(address(), request("POST", path, headers, body));
  }

  private JsonNode json(Answer answer) throws IOException {
    assertEquals(200, answer.status(), answer.toString());
    assertEquals("application/json", answer.header("Content-Type"));
    return mapper.readTree(answer.body());
  }

  /** A load of 2 layers × 8 experts. */
  private static String load(int seed) {
    Random random = new Random(seed);
    List<List<Integer>> layers = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      layers.add(random.ints(8, 1, 1000).boxed().toList());
    }
    return "{\"load\": " + layers + ", \"ranks\": 4, \"slots\": 12}";
  }

  @Test
  void equalQuestionsGetEqualBytesAtEveryAddressAndArePlannedOnce() throws Exception {
    byte[] question = request("POST", PLAN, "", load(1).getBytes(StandardCharsets.UTF_8));
    Answer first = ask(server.addresses().get(0), question);
    Answer second = ask(server.addresses().get(1), question);
    JsonNode plan = json(first);
    assertEquals(first.bytes(), second.bytes());
    assertEquals(2, plan.path("physical_to_logical").size());
    assertEquals(12, plan.path("physical_to_logical").path(0).size());
    assertTrue(plan.path("changed").asBoolean());
    assertTrue(plan.path("par_after").asDouble() < plan.path("par_before").asDouble());
    assertEquals(plan.path("inputs").asText(), first.header("X-EPLB-Inputs"));
    JsonNode model = json(get("/v1/groups/default")).path("models").path(0);
    assertEquals(1, model.path("plans").asInt(), model.toString());
    assertEquals("2x8", model.path("model").asText());
    assertEquals(plan.path("digest").asText(), model.path("digest").asText());
  }

  @Test
  void anArchiveIsAnsweredByAnArchiveUnlessAnotherIsAskedFor() throws Exception {
    byte[] archive =
        new ArchiveBytes()
            .add("load.npy", NumpyBytes.array("<i8", "(1, 4)", NumpyBytes.longs(9, 1, 1, 1)))
            .build();
    Answer npz = post(PLAN + "?ranks=2&slots=6", "", archive);
    assertEquals(200, npz.status(), npz.toString());
    assertEquals("application/x-npz", npz.header("Content-Type"));
    assertTrue(npz.body().startsWith("PK"));
    assertEquals(npz.bytes(), post(PLAN + "?slots=6&ranks=2", "Accept: */*\r\n", archive).bytes());
    JsonNode plan =
        json(
            post(
                PLAN + "?ranks=2&slots=6",
                "Accept: application/json\r\nContent-Type: application/x-npz\r\n",
                archive));
    assertEquals(6, plan.path("physical_to_logical").path(0).size());
    Answer refused = post(PLAN + "?ranks=2&slots=6", "Accept: text/html\r\n", archive);
    assertProblem(406, "answers are", refused);
  }

  private void assertProblem(int status, String detail, Answer answer) throws IOException {
    assertEquals(status, answer.status(), answer.toString());
    assertEquals("application/problem+json", answer.header("Content-Type"));
    JsonNode problem = mapper.readTree(answer.body());
    assertEquals(status, problem.path("status").asInt());
    assertTrue(problem.path("detail").asText().contains(detail), answer.body());
    assertEquals(1, problem.path("detail").asText().lines().count(), answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | POST | /v1/groups/default/plan | | the body is empty",
        "400 | POST | /v1/groups/default/plan | {\"load\": [[1, 2]], \"rank\": 0} | world",
        "400 | POST | /v1/groups/default/plan?rnaks=4 | {} | did you mean ranks?",
        "400 | POST | /v1/groups/default/plan | {\"laod\": [[1]]} | laod",
        "400 | POST | /v1/groups/-x/plan | {\"load\": [[1]]} | is no name of a group",
        "415 | POST | /v1/groups/default/plan | hello | expected application/x-npz",
        "422 | POST | /v1/groups/default/plan?ranks=2&slots=2 | {\"load\": [[1, 2, 3, 4]]} | slots",
        "400 | POST | /v1/groups//plan | {} | /openapi.json lists",
        "400 | POST | /v1/groups/a%2Fb/plan | {} | /openapi.json lists",
        "400 | POST | /v1/groups/a%0ab/plan | {} | /openapi.json lists",
        "400 | POST | /v1/groups/%2e%2e/plan | {} | /openapi.json lists",
        "400 | GET | /metrics?hot=true | | its parameters are heat",
        "404 | GET | /v1/groups/nobody | | there is no group",
        "404 | GET | /v1/group | | there is nothing at",
        "404 | GET | /page/nothing.js | | there is nothing at",
        "405 | GET | /v1/groups/default/plan | | use POST",
        "405 | POST | /metrics | {} | use GET, HEAD",
        "400 | GET | /metrics?heat=yes | | heat is \"yes\"; expected true or false",
      })
  void aWrongRequestIsToldWhatWouldBeRight(
      int status, String method, String path, String body, String detail) throws Exception {
    byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    assertProblem(status, detail, ask(address(), request(method, path, "", bytes)));
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() throws Exception {
    assertProblem(413, "--max-body", post(PLAN, "", new byte[(1 << 16) + 1]));
  }

  @Test
  void withoutTheTokenOnlyWhatHasNoDataIsShown() throws Exception {
    for (String path :
        List.of("/", "/page/page.js", "/health/live", "/health/ready", "/openapi.json")) {
      assertEquals(
          200,
          RawClient.ask(address(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").status(),
          path);
    }
    for (String path : List.of("/v1/groups", "/v1/policies", "/metrics", "/events")) {
      assertProblem(
          401,
          "the token is missing or wrong",
          RawClient.ask(address(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
  }

  @Test
  void theDocumentsShowPoliciesGroupsAndFigures() throws Exception {
    JsonNode policies = json(get("/v1/policies")).path("policies");
    assertTrue(policies.findValuesAsText("name").contains("flashlb"), policies.toString());
    assertEquals(0, json(get("/v1/groups")).path("groups").size());
    json(post(PLAN, load(1)));
    JsonNode groups = json(get("/v1/groups")).path("groups");
    assertEquals("[{\"group\":\"default\",\"models\":[\"2x8\"]}]", groups.toString());
    assertFalse(get("/v1/groups/default").body().contains("heat"));
    JsonNode latest =
        json(get("/v1/groups/default?heat=true")).path("models").path(0).path("latest");
    assertEquals(2, latest.path("heat_before").size());
    assertEquals(4, latest.path("heat_after").path(1).size());
    Answer metrics = get("/metrics");
    assertEquals("text/plain; version=0.0.4; charset=utf-8", metrics.header("Content-Type"));
    assertTrue(
        metrics
            .body()
            .contains("eplb_requests_total{route=\"/v1/groups/{group}/plan\",status=\"200\"} 1.0"),
        metrics.body());
    assertEquals("3.1.0", json(get("/openapi.json")).path("openapi").asText());
  }

  @Test
  void theEventsOfThePageAreSentAsTheyHappen() throws Exception {
    try (RawClient client = RawClient.connect(address())) {
      client.send(request("GET", "/events", "", new byte[0]));
      Answer head = client.answer();
      assertEquals(200, head.status());
      assertEquals("text/event-stream", head.header("Content-Type"));
      json(post(PLAN, load(1)));
      String line = client.line();
      while (!line.contains("default")) {
        line = client.line(); // which fails when the stream ends
      }
      server.close();
      client.rest(); // which comes back when the stream has ended
    }
  }

  @Test
  void theRanksOfARoundGetOneDecision() throws Exception {
    List<CompletableFuture<Answer>> ranks = new ArrayList<>();
    for (int rank = 0; rank < 4; rank++) {
      String path = PLAN + "?world=4&round=7&rank=" + rank;
      ranks.add(CompletableFuture.supplyAsync(() -> unchecked(() -> post(path, load(3)))));
    }
    JsonNode decision = json(ranks.get(0).join());
    assertTrue(decision.path("unanimous").asBoolean(), decision.toString());
    for (CompletableFuture<Answer> rank : ranks) {
      assertEquals(ranks.get(0).join().bytes(), rank.join().bytes());
    }
    Answer again = post(PLAN + "?world=4&round=7&rank=2", load(3));
    assertEquals(ranks.get(0).join().bytes(), again.bytes());
    Answer other = post(PLAN + "?world=4&round=7&rank=2", load(4));
    assertEquals(ranks.get(0).join().bytes(), other.bytes());
    assertNotEquals(decision.path("inputs").asText(), other.header("X-EPLB-Inputs"));
    JsonNode round = json(get("/v1/groups/default")).path("rounds").path(0);
    assertEquals(7, round.path("round").asInt(), round.toString());
    assertTrue(round.path("unanimous").asBoolean());
  }

  @Test
  void aRankThatStaysAwayIsNamedAtTheDeadline() throws Exception {
    JsonNode decision = json(post(PLAN + "?world=2&round=1&rank=0&deadline_ms=50", load(3)));
    assertFalse(decision.path("unanimous").asBoolean());
    assertFalse(decision.path("changed").asBoolean());
    assertEquals("[1]", decision.path("missing").toString());
  }

  private interface Exchange {
    Answer make() throws IOException;
  }

  private static Answer unchecked(Exchange exchange) {
    try {
      return exchange.make();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void theRanksOfAGroupLearnAtTheStartWhetherTheyAgree() throws Exception {
    String start = "/v1/groups/default/start?world=2&rank=";
    CompletableFuture<Answer> first =
        CompletableFuture.supplyAsync(
            () -> unchecked(() -> post(start + 0, "{\"current\": [[[0, 1], [2, 3]]]}")));
    JsonNode second = json(post(start + 1, "{\"current\": [[[0, 1], [3, 2]]]}"));
    assertEquals(first.join().body(), second.toString());
    assertFalse(second.path("consistent").asBoolean());
    assertEquals("table", second.path("problems").path(0).path("kind").asText());
    assertEquals("[0]", second.path("problems").path(0).path("layers").toString());
  }

  @Test
  void otherSettingsAreTakenOverAsAWholeOrNotAtAll() throws Exception {
    json(post(PLAN, load(1)));
    server.reload(policy("static"));
    json(post(PLAN, load(2)));
    assertEquals("static", latestPolicy());
    InvalidInputException wrong =
        assertThrows(InvalidInputException.class, () -> server.reload(policy("nobody")));
    assertTrue(String.valueOf(wrong.getMessage()).contains("nobody"), wrong.getMessage());
    json(post(PLAN, load(3)));
    assertEquals("static", latestPolicy());
  }

  private String latestPolicy() throws IOException {
    return json(get("/v1/groups/default"))
        .path("models")
        .path(0)
        .path("latest")
        .path("policy")
        .asText();
  }

  @Test
  void whoWaitsForOtherRanksWhenTheServiceStopsIsSentAway() throws Exception {
    try (RawClient waiting = RawClient.connect(address())) {
      waiting.send(
          request(
              "POST",
              PLAN + "?world=2&round=1&rank=0&deadline_ms=300000",
              "",
              load(1).getBytes(StandardCharsets.UTF_8)));
      while (!get("/metrics").body().contains("eplb_requests_waiting 1.0")) {
        Thread.onSpinWait(); // until it waits
      }
      server.close();
      Answer answer = waiting.answer();
      assertProblem(503, "stopping", answer);
      assertFalse(answer.header("Retry-After").isEmpty());
    }
    assertThrows(IOException.class, () -> get("/health/live"));
  }

  @Test
  void whatWasDecidedAndLearnedSurvivesARestart() throws Exception {
    ServerSettings settings =
        ServerSettings.builder()
            .listen(ListenAddress.parse("127.0.0.1:0"))
            .token(TOKEN)
            .state(folder.resolve("state"))
            .build();
    byte[] question =
        request(
            "POST", PLAN + "?world=1&round=5&rank=0", "", load(1).getBytes(StandardCharsets.UTF_8));
    Answer before;
    try (PlanningServer first = PlanningServer.start(settings, policy("default"))) {
      before = ask(first.addresses().get(0), question);
      assertEquals(200, before.status(), before.toString());
      InvalidInputException taken =
          assertThrows(
              InvalidInputException.class, () -> PlanningServer.start(settings, policy("default")));
      assertTrue(String.valueOf(taken.getMessage()).contains("state"), taken.getMessage());
    }
    try (PlanningServer second = PlanningServer.start(settings, policy("default"))) {
      assertEquals(before.bytes(), ask(second.addresses().get(0), question).bytes());
    }
  }

  @Test
  void hundredsOfBrokenRequestsDoNotHarmAGoodOne() throws Exception {
    byte[] good = load(9).getBytes(StandardCharsets.UTF_8);
    Answer before = post(PLAN, "", good);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int index = 0; index < 400; index++) {
      byte[] broken = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      byte[] request = request("POST", "/v1/groups/broken/plan", "", broken);
      int length = random.nextInt(3) == 0 ? random.nextInt(request.length) : request.length;
      try (RawClient client = RawClient.connect(address())) {
        byte[] part = new byte[length];
        System.arraycopy(request, 0, part, 0, length);
        String answer = new String(client.send(part).end().rest(), StandardCharsets.UTF_8);
        assertTrue(
            answer.isEmpty() || answer.matches("(?s)HTTP/1\\.1 (200|400|401|415|422) .*"),
            "seed " + seed + ": " + answer);
      }
    }
    assertEquals(before.bytes(), post(PLAN, "", good).bytes(), "seed " + seed);
  }

  @Test
  void settingsThatOthersCouldReachNeedATokenAndACertificate() {
    ServerSettings.Builder open = ServerSettings.builder().listen(ListenAddress.parse("0.0.0.0:0"));
    InvalidInputException refusal = assertThrows(InvalidInputException.class, open::build);
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("needs a token and a TLS certificate"));
    open.token(TOKEN);
    assertThrows(InvalidInputException.class, open::build);
    assertThrows(InvalidInputException.class, () -> open.maxBody(0));
    assertThrows(InvalidInputException.class, () -> open.maxWaiting(100_001));
  }
}
