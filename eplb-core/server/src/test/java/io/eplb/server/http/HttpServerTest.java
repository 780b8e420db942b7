package io.eplb.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.server.http.RawClient.Answer;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.PemFiles;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.problem.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of requests through the server, over routes that do next to nothing. */
class HttpServerTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final HttpLimits ROOMY =
      new HttpLimits(16 << 10, 1 << 20, 4 << 20, LONG, LONG, 100, 200);
  private static final String HELLO = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

  @TempDir Path folder = Path.of(".");

  private final BlockingQueue<CompletableFuture<Reply>> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> counted = new LinkedBlockingQueue<>();
  private final List<HttpServer> started = new ArrayList<>();

  private final RouteTable routes =
      new RouteTable(
          List.of(
              route("GET", "/hello", call -> done(Reply.text("hello " + call.query()))),
              route(
                  "POST",
                  "/echo/{name}",
                  call -> done(Reply.of("application/octet-stream", call.body().clone()))),
              route(
                  "POST",
                  "/wait",
                  call -> {
                    CompletableFuture<Reply> reply = new CompletableFuture<>();
                    asked.add(reply);
                    return reply;
                  }),
              route(
                  "GET",
                  "/bug",
                  call -> {
                    throw new IllegalStateException("the secret of the bug");
                  }),
              route(
                  "GET",
                  "/late-bug",
                  call ->
                      CompletableFuture.failedFuture(new AssertionError("the secret of the bug"))),
              route(
                  "GET",
                  "/refused",
                  call ->
                      CompletableFuture.failedFuture(
                          ProblemException.retryAfter(503, 7, "not now, \"friend\""))),
              route(
                  "GET",
                  "/library",
                  call -> {
                    throw new InvalidInputException("ranks is 0");
                  }),
              new Route(
                  "GET",
                  "/closed",
                  Set.of(),
                  Set.of(200),
                  Route.Access.TOKEN,
                  call -> done(Reply.text("open")))));

  private static Route route(String method, String path, Route.Action action) {
    return new Route(
        method, path, Set.of("ranks", "option.KEY"), Set.of(200), Route.Access.OPEN, action);
  }

  private static CompletableFuture<Reply> done(Reply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  private HttpServer start(HttpLimits limits, ListenAddress... addresses) {
    HttpServer server =
        HttpServer.start(
            addresses.length == 0
                ? List.of(new ListenAddress.Port("127.0.0.1", 0))
                : List.of(addresses),
            Optional.empty(),
            Optional.of(new BearerToken("s3cret")),
            limits,
            routes,
            (route, status) -> counted.add(status + " " + route));
    started.add(server);
    return server;
  }

  private String address(HttpLimits limits) {
    return start(limits).addresses().get(0);
  }

  @AfterEach
  void stopAll() {
    started.forEach(HttpServer::close);
  }

  private static String post(String path, String headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n";
  }

  private static void assertProblem(int status, String detail, Answer answer) {
    assertEquals(status, answer.status(), answer.toString());
    assertEquals("application/problem+json", answer.header("Content-Type"), answer.toString());
    assertTrue(answer.body().startsWith("{\"type\":\"about:blank\",\"title\":\""), answer.body());
    assertTrue(answer.body().contains("\"status\":" + status + ","), answer.body());
    assertTrue(answer.body().contains(detail), answer.body());
    assertSilent(answer);
  }

  /** Checks that an answer does not say what serves it. */
  private static void assertSilent(Answer answer) {
    String all = answer.toString().toLowerCase(Locale.ROOT);
    assertEquals("", answer.header("Server"), all);
    for (String word : List.of("jetty", "<html", "exception", "\tat ", "secret")) {
      assertFalse(all.contains(word), all);
    }
  }

  @Test
  void aRequestIsAnsweredOverPortsAndUnixSockets() throws Exception {
    Path socket = folder.resolve("eplb.sock");
    HttpServer server =
        start(
            ROOMY,
            new ListenAddress.Port("127.0.0.1", 0),
            new ListenAddress.Socket(socket),
            new ListenAddress.Port("localhost", 0));
    assertEquals(3, server.addresses().size());
    assertEquals("unix:" + socket, server.addresses().get(1));
    for (String address : server.addresses()) {
      Answer hello = RawClient.ask(address, HELLO);
      assertEquals(200, hello.status(), hello.toString());
      assertEquals("hello {}", hello.body());
      assertEquals("no-store", hello.header("Cache-Control"));
      assertSilent(hello);
      byte[] bytes = new byte[100_000];
      new Random(1).nextBytes(bytes);
      try (RawClient client = RawClient.connect(address)) {
        client.send(post("/echo/a", "Content-Length: " + bytes.length)).send(bytes);
        assertEquals(ByteBuffer.wrap(bytes), client.answer().bytes());
        client.send(post("/echo/a", "Transfer-Encoding: chunked")).send("3\r\nabc\r\n0\r\n\r\n");
        assertEquals("abc", client.answer().body());
        client.send(post("/echo/a", "X: y"));
        assertEquals("", client.answer().body());
      }
    }
    server.close();
    assertFalse(Files.exists(socket));
  }

  @Test
  void aHeadRequestGetsNoBody() throws Exception {
    try (RawClient client = RawClient.connect(address(ROOMY))) {
      client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      String answer = new String(client.rest(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }
  }

  @Test
  void whatTheRoutesDoNotOfferIsRefusedWithTheReason() throws Exception {
    String address = address(ROOMY);
    assertProblem(
        404,
        "there is nothing at \\\"/nowhere\\\"; /openapi.json lists the paths",
        RawClient.ask(address, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"));
    Answer wrongMethod = RawClient.ask(address, "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    assertProblem(405, "\\\"DELETE\\\" is not offered here; use GET, HEAD", wrongMethod);
    assertEquals("GET, HEAD", wrongMethod.header("Allow"));
    assertProblem(405, "use POST", RawClient.ask(address, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertProblem(
        400,
        "the query has no parameter \\\"rank\\\"; did you mean ranks?",
        RawClient.ask(address, "GET /hello?rank=3 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertProblem(
        400,
        "the query is no UTF-8",
        RawClient.ask(address, "GET /hello?ranks=%zz HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertEquals(
        "hello {ranks=[1, 2], option.a=[é &]}",
        RawClient.ask(
                address,
                "GET /hello?ranks=1&option.a=%C3%A9+%26&ranks=2 HTTP/1.1\r\nHost: x\r\n\r\n")
            .body());
    List<String> answers = new ArrayList<>();
    while (answers.size() < 6) {
      answers.add(counted.take());
    }
    answers.sort(null);
    assertEquals(
        List.of("200 /hello", "400 /hello", "400 /hello", "404 other", "405 /hello", "405 /wait"),
        answers);
  }

  @Test
  void whoDoesNotShowTheTokenStaysOutside() throws Exception {
    String address = address(ROOMY);
    for (String header : List.of("X: y", "Authorization: Bearer wrong")) {
      Answer answer =
          RawClient.ask(address, "GET /closed HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n");
      assertEquals(401, answer.status());
      assertEquals("Bearer", answer.header("WWW-Authenticate"));
      assertTrue(answer.body().contains("send the header Authorization: Bearer TOKEN"));
    }
    assertEquals(
        "open",
        RawClient.ask(
                address, "GET /closed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n\r\n")
            .body());
  }

  @Test
  void aPageOfAnotherSiteStaysOutsideWhereThereIsNoToken() throws Exception {
    try (HttpServer server =
        HttpServer.start(
            List.of(new ListenAddress.Port("127.0.0.1", 0)),
            Optional.empty(),
            Optional.empty(),
            ROOMY,
            routes,
            (route, status) -> {})) {
      String address = server.addresses().get(0);
      String request = "GET /closed HTTP/1.1\r\nHost: 127.0.0.1\r\n";
      assertEquals("open", RawClient.ask(address, request + "\r\n").body());
      assertProblem(
          403,
          "a page of another site asks through a browser",
          RawClient.ask(address, request + "Origin: http://evil.example\r\n\r\n"));
    }
  }

  @Test
  void aBugIsLoggedAndNotShown() throws Exception {
    String address = address(ROOMY);
    for (String path : List.of("/bug", "/late-bug")) {
      assertProblem(
          500,
          "the service failed by a bug; its log has the details",
          RawClient.ask(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    Answer refused = RawClient.ask(address, "GET /refused HTTP/1.1\r\nHost: x\r\n\r\n");
    assertProblem(503, "not now, \\\"friend\\\"", refused);
    assertEquals("7", refused.header("Retry-After"));
    assertProblem(
        400, "ranks is 0", RawClient.ask(address, "GET /library HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        "GET /hello\r\n\r\n",
        "HELLO\r\n\r\n",
        "GET hello HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
        "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u0016\u0003\u0001 TLS hello\r\n\r\n",
      })
  void aMalformedRequestIsAProblemTooAndEndsTheConnection(String request) throws Exception {
    String address = address(ROOMY);
    try (RawClient client = RawClient.connect(address)) {
      Answer answer = client.send(request).answer();
      assertTrue(Set.of(400, 404, 505).contains(answer.status()), request + " -> " + answer);
      assertEquals("application/problem+json", answer.header("Content-Type"), answer.toString());
      assertSilent(answer);
    }
    assertEquals(200, RawClient.ask(address, HELLO).status());
  }

  @Test
  void aRequestLineOrHeadersThatAreTooLongAreRefused() throws Exception {
    String address = address(ROOMY);
    String tooLong = "x".repeat(17 << 10);
    assertProblem(
        414,
        "the path and query are too long",
        RawClient.ask(address, "GET /hello?" + tooLong + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertProblem(
        431,
        "the headers are too long",
        RawClient.ask(address, "GET /hello HTTP/1.1\r\nHost: x\r\nX: " + tooLong + "\r\n\r\n"));
    assertEquals(200, RawClient.ask(address, HELLO).status());
  }

  @Test
  void aBodyThatSaysItIsTooLongIsRefusedUnread() throws Exception {
    try (RawClient client = RawClient.connect(address(ROOMY))) {
      Answer answer = client.send(post("/echo/a", "Content-Length: " + ((1 << 20) + 1))).answer();
      assertProblem(413, "the body is longer than 1048576 bytes", answer);
      assertEquals("close", answer.header("Connection"));
      assertTrue(client.closed());
    }
  }

  @Test
  void aBodyWithoutALengthIsCutWhenItIsTooLong() throws Exception {
    HttpServer server = start(ROOMY);
    try (RawClient client = RawClient.connect(server.addresses().get(0))) {
      client.send(post("/echo/a", "Transfer-Encoding: chunked"));
      client.send("100000\r\n").send(new byte[1 << 20]).send("\r\n1\r\nx\r\n");
      assertProblem(413, "the body is longer than 1048576 bytes", client.answer());
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void aClientThatWaitsForTheWordToContinueGetsIt() throws Exception {
    try (RawClient client = RawClient.connect(address(ROOMY))) {
      client.send(post("/echo/a", "Content-Length: 3\r\nExpect: 100-continue"));
      assertEquals(100, client.answer().status());
      assertEquals("abc", client.send("abc").answer().body());
    }
  }

  @Test
  void aBodyThatEndsEarlyIsRefused() throws Exception {
    HttpServer server = start(ROOMY);
    try (RawClient client = RawClient.connect(server.addresses().get(0))) {
      client.send(post("/echo/a", "Content-Length: 10")).send("1234").end();
      assertProblem(
          400, "the body ended early: 4 bytes came of 10 in Content-Length", client.answer());
      assertTrue(client.closed());
    }
    try (RawClient client = RawClient.connect(server.addresses().get(0))) {
      client.send(post("/echo/a", "Transfer-Encoding: chunked")).send("3\r\nabc\r\n").end();
      assertProblem(400, "the body ended early: 3 bytes came without an end", client.answer());
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void aSlowBodyIsCutOff() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 1 << 20, 1 << 20, SHORT, LONG, 100, 200));
    try (RawClient client = RawClient.connect(server.addresses().get(0))) {
      client.send(post("/echo/a", "Content-Length: 10")).send("12");
      assertProblem(408, "the body did not arrive in time: ", client.answer());
      assertTrue(client.closed());
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void aBodyThatStopsToComeIsCutOff() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 1 << 20, 1 << 20, LONG, SHORT, 100, 200));
    boolean answered = false;
    while (!answered) {
      try (RawClient client = RawClient.connect(server.addresses().get(0))) {
        client.send(post("/echo/a", "Content-Length: 10")).send("12");
        assertProblem(408, "the body did not arrive in time: ", client.answer());
        answered = true;
      } catch (EOFException idle) {
        // This test was too slow itself: the connection was idle before the request began.
      }
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void headersThatStopToComeAreCutOff() throws Exception {
    String address = address(new HttpLimits(16 << 10, 1 << 20, 1 << 20, LONG, SHORT, 100, 200));
    for (String begin : List.of("", "GET /hel", "GET /hello HTTP/1.1\r\nHost: x\r\n")) {
      try (RawClient client = RawClient.connect(address)) {
        String rest = new String(client.send(begin).rest(), StandardCharsets.UTF_8);
        assertTrue(rest.isEmpty() || rest.contains(" 408 "), rest);
      }
    }
  }

  @Test
  void aRequestThatWaitsForItsAnswerIsNotIdle() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 1 << 20, 1 << 20, LONG, SHORT, 100, 200));
    String address = server.addresses().get(0);
    try (RawClient waiting = RawClient.connect(address);
        RawClient idle = RawClient.connect(address)) {
      waiting.send(post("/wait", "Content-Length: 2")).send("{}");
      CompletableFuture<Reply> reply = asked.take();
      assertTrue(idle.closed()); // after the time that would have ended the other too
      assertTrue(RawClient.connect(address).closed());
      reply.complete(Reply.text("at last"));
      assertEquals("at last", waiting.answer().body());
    }
  }

  @Test
  void bodiesBeyondTheBudgetWaitUnread() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 100, 100, LONG, LONG, 100, 200));
    String address = server.addresses().get(0);
    try (RawClient first = RawClient.connect(address);
        RawClient second = RawClient.connect(address)) {
      first.send(post("/echo/a", "Content-Length: 60\r\nExpect: 100-continue"));
      assertEquals(100, first.answer().status()); // it has its share
      second.send(post("/echo/a", "Content-Length: 50")).send("x".repeat(50));
      assertEquals("hello {}", RawClient.ask(address, HELLO).body());
      assertEquals(60, server.bodyBytes());
      first.send("y".repeat(60));
      assertEquals("y".repeat(60), first.answer().body());
      assertEquals("x".repeat(50), second.answer().body());
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void aClientThatGoesWhileItsBodyWaitsFreesItsShare() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 100, 100, LONG, LONG, 100, 200));
    String address = server.addresses().get(0);
    try (RawClient first = RawClient.connect(address);
        RawClient third = RawClient.connect(address)) {
      first.send(post("/echo/a", "Content-Length: 100\r\nExpect: 100-continue"));
      assertEquals(100, first.answer().status());
      RawClient second = RawClient.connect(address);
      second.send(post("/echo/a", "Content-Length: 100")).send("half").close();
      third.send(post("/echo/a", "Content-Length: 100")).send("z".repeat(100));
      first.leave();
      assertEquals("z".repeat(100), third.answer().body());
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void moreRequestsThanMayWaitAreSentAwayForAWhile() throws Exception {
    HttpServer server = start(new HttpLimits(16 << 10, 1 << 20, 1 << 20, LONG, LONG, 2, 200));
    String address = server.addresses().get(0);
    try (RawClient first = RawClient.connect(address);
        RawClient second = RawClient.connect(address)) {
      first.send(post("/wait", "Content-Length: 0"));
      second.send(post("/wait", "Content-Length: 0"));
      CompletableFuture<Reply> one = asked.take();
      CompletableFuture<Reply> other = asked.take();
      Answer third = RawClient.ask(address, post("/wait", "Content-Length: 0"));
      assertProblem(
          429, "2 requests wait for an answer already, as many as --max-waiting allows", third);
      assertEquals("1", third.header("Retry-After"));
      one.complete(Reply.text("one"));
      other.complete(Reply.text("one"));
      assertEquals("one", first.answer().body());
      assertEquals("one", second.answer().body());
      server.awaitAnswered(LONG);
      assertEquals("a", RawClient.ask(address, post("/echo/x", "Content-Length: 1") + "a").body());
    }
  }

  @Test
  void aThousandRequestsWaitWithoutAThreadEach() throws Exception {
    int many = 1_100;
    HttpServer server =
        start(new HttpLimits(16 << 10, 1 << 20, 4 << 20, LONG, LONG, 2 * many, 2 * many));
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int index = 0; index < many; index++) {
        RawClient client = RawClient.connect(server.addresses().get(0));
        clients.add(client);
        client.send(post("/wait", "Content-Length: 2")).send("{}");
      }
      List<CompletableFuture<Reply>> replies = new ArrayList<>();
      for (int index = 0; index < many; index++) {
        replies.add(asked.take());
      }
      assertEquals(many, server.waiting());
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("eplb-http"))
              .count();
      assertTrue(threads < 50, threads + " threads");
      replies.forEach(reply -> reply.complete(Reply.text("all")));
      for (RawClient client : clients) {
        assertEquals("all", client.answer().body());
      }
      server.awaitAnswered(LONG);
      assertEquals(0, server.waiting());
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void clientsThatAreGoneWhenTheAnswerComesLeaveNothingBehind() throws Exception {
    HttpServer server = start(ROOMY);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int index = 0; index < 50; index++) {
      try (RawClient client = RawClient.connect(server.addresses().get(0))) {
        client.send(post("/wait", "Content-Length: 2")).send("{}");
        replies.add(asked.take());
      }
    }
    replies.forEach(
        reply -> reply.complete(Reply.of("application/octet-stream", new byte[1 << 20])));
    server.awaitAnswered(LONG);
    assertEquals(0, server.waiting());
    assertEquals(0, server.bodyBytes());
    assertEquals(200, RawClient.ask(server.addresses().get(0), HELLO).status());
  }

  @Test
  void aServerThatDrainsRefusesNewWorkAndEndsTheOld() throws Exception {
    HttpServer server = start(ROOMY);
    String address = server.addresses().get(0);
    try (RawClient waiting = RawClient.connect(address)) {
      waiting.send(post("/wait", "Content-Length: 0"));
      CompletableFuture<Reply> reply = asked.take();
      server.drain();
      Answer late = RawClient.ask(address, post("/wait", "Content-Length: 0"));
      assertProblem(503, "the service is stopping", late);
      assertEquals("1", late.header("Retry-After"));
      assertEquals(200, RawClient.ask(address, HELLO).status());
      reply.complete(Reply.text("done"));
      assertEquals("done", waiting.answer().body());
      server.awaitAnswered(LONG);
    }
    server.close();
    assertThrows(IOException.class, () -> RawClient.connect(address));
  }

  @Test
  void randomBytesDoNotHarmTheRequestsAfterThem() throws Exception {
    HttpServer server = start(ROOMY);
    String address = server.addresses().get(0);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int index = 0; index < 300; index++) {
      try (RawClient client = RawClient.connect(address)) {
        String head =
            switch (random.nextInt(4)) {
              case 0 -> "";
              case 1 -> "POST /echo/a HTTP/1.1\r\nHost: x\r\n";
              case 2 -> "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
              default -> "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n";
            };
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        String rest =
            new String(client.send(head).send(bytes).end().rest(), StandardCharsets.ISO_8859_1);
        assertTrue(
            rest.isEmpty()
                || rest.matches("(?s)HTTP/1\\.1 (200|400|404|405|413|414|431|501|505) .*"),
            "seed " + seed + ": " + rest);
        assertFalse(rest.contains("html"), "seed " + seed + ": " + rest);
      } catch (IOException reset) {
        // A connection that is closed while we write is an answer too.
      }
      if (index % 30 == 0) {
        assertEquals(200, RawClient.ask(address, HELLO).status(), "seed " + seed);
      }
    }
    server.awaitAnswered(LONG);
    assertEquals(0, server.waiting());
    assertEquals(0, server.bodyBytes());
  }

  @Test
  void portsSpeakTlsWhenThereIsACertificate() throws Exception {
    Path socket = folder.resolve("eplb.sock");
    HttpServer server =
        HttpServer.start(
            List.of(new ListenAddress.Port("localhost", 0), new ListenAddress.Socket(socket)),
            Optional.of(
                TlsCertificate.read(PemFiles.file("rsa.pem"), PemFiles.file("rsa-key.pem"))),
            Optional.empty(),
            ROOMY,
            routes,
            (route, status) -> {});
    started.add(server);
    String address = server.addresses().get(0);
    assertTrue(address.startsWith("https://localhost:"), address);
    HttpClient client = HttpClient.newBuilder().sslContext(trusting("rsa.pem")).build();
    assertEquals(
        "hello {}",
        client
            .send(
                HttpRequest.newBuilder(URI.create(address + "/hello")).build(),
                BodyHandlers.ofString())
            .body());
    assertEquals("hello {}", RawClient.ask("unix:" + socket, HELLO).body());
    // Who speaks no TLS gets no HTTP.
    URI uri = URI.create(address);
    try (Socket plain = new Socket(uri.getHost(), uri.getPort())) {
      plain.getOutputStream().write(HELLO.getBytes(StandardCharsets.UTF_8));
      String rest = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertFalse(rest.contains("hello"), rest);
    } catch (IOException reset) {
      // Closed without a word.
    }
  }

  private static SSLContext trusting(String certificate) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(PemFiles.file(certificate))) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void anAddressInUseIsNamedAndTheOthersAreGivenBack() throws Exception {
    HttpServer server = start(ROOMY);
    int port = URI.create(server.addresses().get(0)).getPort();
    Path socket = folder.resolve("eplb.sock");
    InvalidInputException refusal =
        assertThrows(
            InvalidInputException.class,
            () ->
                start(
                    ROOMY,
                    new ListenAddress.Socket(socket),
                    new ListenAddress.Port("127.0.0.1", port)));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .startsWith("127.0.0.1:" + port + ": cannot listen there: Address already in use"),
        refusal.getMessage());
    assertFalse(Files.exists(socket));
    InvalidInputException unknown =
        assertThrows(
            InvalidInputException.class,
            () -> start(ROOMY, new ListenAddress.Port("no.such.host.invalid", 0)));
    assertTrue(
        String.valueOf(unknown.getMessage()).contains("no host of that name"),
        unknown.getMessage());
  }

  @Test
  void anAnswerMayBeLeftToAHandlerOfItsOwn() throws Exception {
    Map<String, Boolean> handled = Map.of("/yes", true, "/no", false);
    RouteTable table =
        new RouteTable(
            handled.entrySet().stream()
                .map(
                    entry ->
                        route(
                            "GET",
                            entry.getKey(),
                            call ->
                                done(
                                    new Reply.Written(
                                        (request, response, callback) -> {
                                          if (entry.getValue()) {
                                            response.setStatus(204);
                                            callback.succeeded();
                                          }
                                          return entry.getValue();
                                        }))))
                .toList());
    try (HttpServer server =
        HttpServer.start(
            List.of(new ListenAddress.Port("127.0.0.1", 0)),
            Optional.empty(),
            Optional.empty(),
            ROOMY,
            table,
            (route, status) -> {})) {
      String address = server.addresses().get(0);
      assertEquals(204, RawClient.ask(address, "GET /yes HTTP/1.1\r\nHost: x\r\n\r\n").status());
      assertEquals(404, RawClient.ask(address, "GET /no HTTP/1.1\r\nHost: x\r\n\r\n").status());
    }
  }
}
