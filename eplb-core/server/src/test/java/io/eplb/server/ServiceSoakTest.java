package io.eplb.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.server.http.RawClient;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.planning.PlanSettings;
import io.eplb.server.planning.ScriptedPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service among clients that vanish, stall, lie and repeat, restarts on its state folder, and a
 * policy that fails. After every fault an engine that did nothing wrong asks, and is served. The
 * system property {@code eplb.soak.steps} makes it longer.
 */
class ServiceSoakTest {
  private static final int STEPS = Integer.getInteger("eplb.soak.steps", 1_500);
  private static final int STEPS_OF_A_LIFE = 250;
  private static final int MOST_STALLED = 20;
  private static final int MAX_BODY = 1 << 16;
  private static final int RANKS = 4;
  private static final MeasuredModel MODEL = new MeasuredModel(3, 16, RANKS, 20);
  private static final String PLAN = "/v1/groups/healthy/plan";
  private static final long MOST_HEAP_GROWTH = 32L << 20;

  @TempDir private Path folder;

  private final Deque<RawClient> stalled = new ArrayDeque<>();
  private List<String> addresses = List.of();
  private int window;
  private long round;

  @Test
  void faultsHarmNobodyElseAndLeaveNothingBehind() throws Exception {
    ScriptedPolicy.write(
        "soak",
        (table, load, context) -> {
          throw new IllegalStateException("a bug of the policy");
        });
    long heap = 0;
    Held held = null;
    for (int from = 0; from < STEPS; from += STEPS_OF_A_LIFE) {
      held = live(from, Math.min(STEPS, from + STEPS_OF_A_LIFE), held);
      requireNoThreads();
      heap = from == 0 ? heap() : heap;
    }
    long grown = heap() - heap;
    assertTrue(grown < MOST_HEAP_GROWTH, () -> grown + " bytes of heap more");
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /**
   * The service from a start to its end.
   *
   * @param before the last decision of its life before
   * @return the last decision
   */
  private Held live(int from, int to, @Nullable Held before) throws Exception {
    try (PlanningServer server = start()) {
      addresses = server.addresses();
      try (PlanClient healthy = PlanClient.connect(addresses.get(1))) {
        if (before != null) {
          requireSameDecision(before);
        }
        for (int step = from; step < to; step++) {
          strike(step, new Random(step));
          PlanClient.Answer answer = healthy.post(PLAN, question());
          assertEquals(200, answer.status(), () -> "after a fault: " + answer);
          assertTrue(answer.text().contains("\"reason\":null"), answer::toString);
        }
        stalled.forEach(ServiceSoakTest::leave);
        stalled.clear();
        Held last = decide();
        requireNothingHeld(healthy);
        return last;
      }
    }
  }

  private PlanningServer start() {
    return PlanningServer.start(
        ServerSettings.builder()
            .listen(ListenAddress.parse("127.0.0.1:0"))
            .listen(ListenAddress.parse("unix:" + folder.resolve("soak.sock")))
            .maxBody(MAX_BODY)
            .state(folder.resolve("state"))
            .build(),
        PlanSettings.builder(
                EplbConfig.defaults()
                    .with(Settings.RANKS, (long) RANKS)
                    .with(Settings.REDUNDANT_EXPERTS, (long) MODEL.slots() - MODEL.experts()))
            .build());
  }

  private void strike(int step, Random random) throws IOException {
    switch (step % 16) {
      case 0 -> refused(400, post(PLAN, json("{\"load\": [[1, 2], [3]]}")));
      case 1 -> refused(400, post(PLAN, json("{\"load\": [[1, 2]")));
      case 2 -> refused(422, post(PLAN, json("{\"load\": [[1, -2]]}")));
      case 3 -> refused(400, post(PLAN + "?rankz=3", question()));
      case 4 -> refused(404, post("/v1/nothing", question()));
      case 5 -> refused(405, RawClient.ask(address(random), request("PUT", PLAN, "", "x")));
      case 6 ->
          refused(
              406, RawClient.ask(address(random), request("POST", PLAN, "Accept: x/y\r\n", "{}")));
      case 7 -> refused(413, tooLong(random));
      case 8 -> damaged(random);
      case 9 -> vanish(random);
      case 10 -> stall(random);
      case 11 -> roundOfAll();
      case 12 -> roundWithoutOne();
      case 13 -> roundThatDiffers();
      case 14 -> roundThatOneLeaves();
      default -> policyFails();
    }
  }

  private String address(Random random) {
    return addresses.get(random.nextInt(addresses.size()));
  }

  private static void refused(int status, RawClient.Answer answer) {
    assertEquals(status, answer.status(), answer::toString);
    assertEquals("application/problem+json", answer.header("Content-Type"));
    assertFalse(answer.body().contains("\\n"), answer::body);
  }

  private RawClient.Answer post(String path, byte[] body) throws IOException {
    return RawClient.ask(
        addresses.get(window % 2),
        request("POST", path, "", new String(body, StandardCharsets.UTF_8)));
  }

  private static String request(String method, String path, String header, String body) {
    return "%s %s HTTP/1.1\r\nHost: eplb\r\n%sContent-Length: %s\r\n\r\n%s"
        .formatted(method, path, header, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A question with a window that was not asked before. */
  private byte[] question() {
    return question(window++);
  }

  private static byte[] question(int number) {
    long[] tokens = MODEL.window(number);
    List<String> rows = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += MODEL.experts()) {
      rows.add(
          LongStream.of(Arrays.copyOfRange(tokens, from, from + MODEL.experts()))
              .mapToObj(String::valueOf)
              .collect(Collectors.joining(",", "[", "]")));
    }
    return json("{\"load\": [" + String.join(",", rows) + "]}");
  }

  private RawClient.Answer tooLong(Random random) throws IOException {
    try (RawClient client = RawClient.connect(address(random))) {
      String head = "POST %s HTTP/1.1\r\nHost: eplb\r\nContent-Length: %s\r\n\r\n";
      return client.send(head.formatted(PLAN, MAX_BODY + 1)).answer();
    }
  }

  private void damaged(Random random) throws IOException {
    byte[] body = MODEL.body(window++, ServiceCostReport.initial(MODEL));
    for (int bits = 1 + random.nextInt(4); bits > 0; bits--) {
      body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
    }
    try (PlanClient client = PlanClient.connect(address(random))) {
      int status = client.post(PLAN, body).status();
      assertTrue(List.of(200, 400, 415, 422).contains(status), () -> "status " + status);
    }
  }

  private void vanish(Random random) throws IOException {
    String request = request("POST", PLAN, "", new String(question(), StandardCharsets.UTF_8));
    String sent =
        random.nextBoolean() ? request : request.substring(0, random.nextInt(request.length()));
    try (RawClient client = RawClient.connect(address(random))) {
      client.send(sent);
    }
  }

  /** Leaves a request half sent, for a while. */
  private void stall(Random random) throws IOException {
    String request = request("POST", PLAN, "", new String(question(), StandardCharsets.UTF_8));
    stalled.add(
        RawClient.connect(address(random)).send(request.substring(0, request.length() - 5)));
    if (stalled.size() > MOST_STALLED) {
      leave(stalled.remove());
    }
  }

  private static void leave(RawClient client) {
    try {
      client.leave();
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  private String seat(int rank, long number) {
    return "/v1/groups/rounds/plan?world=%s&rank=%s&round=%s&deadline_ms=60000"
        .formatted(RANKS, rank, number);
  }

  private List<PlanClient> ranks(int count) throws IOException {
    List<PlanClient> clients = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      clients.add(PlanClient.connect(addresses.get(rank % 2)));
    }
    return clients;
  }

  /** Receives the decision of the round, the same bytes for all, and closes the connections. */
  private static PlanClient.Answer decision(List<PlanClient> ranks) throws IOException {
    PlanClient.Answer first = ranks.get(0).receive();
    assertEquals(200, first.status(), first::toString);
    for (PlanClient client : ranks.subList(1, ranks.size())) {
      assertEquals(first.body(), client.receive().body());
    }
    for (PlanClient client : ranks) {
      client.close();
    }
    return first;
  }

  private PlanClient.Answer roundOfAll() throws IOException {
    List<PlanClient> clients = ranks(RANKS);
    byte[] body = question();
    for (int rank = 0; rank < RANKS; rank++) {
      clients.get(rank).sendPost(seat(rank, round), body);
    }
    round++;
    PlanClient.Answer decision = decision(clients);
    assertTrue(decision.text().contains("\"unanimous\":true"), decision::text);
    return decision;
  }

  private void roundWithoutOne() throws IOException {
    List<PlanClient> clients = ranks(RANKS - 1);
    byte[] body = question();
    for (int rank = 0; rank < RANKS - 1; rank++) {
      clients
          .get(rank)
          .sendPost(seat(rank, round).replace("deadline_ms=60000", "deadline_ms=20"), body);
    }
    round++;
    PlanClient.Answer decision = decision(clients);
    assertTrue(decision.text().contains("\"changed\":false"), decision::text);
    assertTrue(decision.text().contains("\"missing\":["), decision::text);
    assertTrue(decision.text().contains("\"unanimous\":false"), decision::text);
  }

  private void roundThatDiffers() throws IOException {
    List<PlanClient> clients = ranks(RANKS);
    byte[] body = question();
    for (int rank = 0; rank < RANKS; rank++) {
      clients.get(rank).sendPost(seat(rank, round), rank == 2 ? question() : body);
    }
    round++;
    PlanClient.Answer decision = decision(clients);
    assertTrue(decision.text().contains("\"changed\":false"), decision::text);
    assertTrue(decision.text().contains("\"different\":[2]"), decision::text);
  }

  /** A rank whose connection is lost after it asked gets the decision when it asks again. */
  private void roundThatOneLeaves() throws IOException {
    byte[] body = question();
    try (PlanClient lost = PlanClient.connect(addresses.get(0))) {
      lost.sendPost(seat(RANKS - 1, round), body);
    }
    List<PlanClient> clients = ranks(RANKS);
    for (int rank = 0; rank < RANKS; rank++) {
      clients.get(rank).sendPost(seat(rank, round), body);
    }
    round++;
    PlanClient.Answer decision = decision(clients);
    assertTrue(decision.text().contains("\"unanimous\":true"), decision::text);
  }

  private void policyFails() throws IOException {
    try (PlanClient client = PlanClient.connect(addresses.get(0))) {
      PlanClient.Answer answer =
          client.post("/v1/groups/failing/plan?policy=scripted&option.script=soak", question());
      assertEquals(200, answer.status(), answer::toString);
      assertTrue(answer.text().contains("\"changed\":false"), answer::text);
      assertFalse(answer.text().contains("\"reason\":null"), answer::text);
    }
  }

  /** Expects the last decision before the restart again, the same bytes. */
  private void requireSameDecision(Held before) throws IOException {
    try (PlanClient client = PlanClient.connect(addresses.get(0))) {
      PlanClient.Answer again = client.post(seat(1, before.number()), question(before.window()));
      assertEquals(before.decision(), again.body(), again::toString);
    }
  }

  private Held decide() throws IOException {
    long number = round;
    int asked = window;
    return new Held(number, asked, roundOfAll().body());
  }

  private record Held(long number, int window, ByteBuffer decision) {}

  private static void requireNothingHeld(PlanClient client) throws IOException {
    List<String> expected = List.of("eplb_body_bytes 0.0", "eplb_requests_waiting 0.0");
    List<String> held = List.of();
    for (int tries = 0; tries < 100_000 && !held.equals(expected); tries++) {
      held =
          client
              .get("/metrics")
              .text()
              .lines()
              .filter(
                  line ->
                      line.startsWith("eplb_body_bytes")
                          || line.startsWith("eplb_requests_waiting"))
              .sorted()
              .toList();
    }
    assertEquals(expected, held);
  }

  private static void requireNoThreads() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("eplb-")) {
        thread.join(60_000);
        assertFalse(thread.isAlive(), thread::toString);
      }
    }
  }
}
