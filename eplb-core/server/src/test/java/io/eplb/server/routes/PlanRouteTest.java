package io.eplb.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.RawClient;
import io.eplb.server.http.RawClient.Answer;
import io.eplb.server.http.Route;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.message.AnswerFormat;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.DecisionStore;
import io.eplb.server.round.Rounds;
import io.eplb.server.state.StateFolder;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The route of questions over planners that answer as a test says. */
class PlanRouteTest {
  private static final String BODY = "{\"load\": [[1, 2]]}";

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final CompletableFuture<PlanAnswer> plan = new CompletableFuture<>();
  private final HttpServer server = start();

  /** Gives each caller a future of its own, as a planner does. */
  private CompletableFuture<PlanAnswer> plan(PlanAsk ask) {
    return plan.copy();
  }

  private HttpServer start() {
    Rounds rounds =
        new Rounds(
            this::plan,
            new DecisionStore(StateFolder.none()),
            new ServiceObserver() {},
            InstantSource.system(),
            timer);
    Route route =
        new Route(
            "POST",
            "/{group}",
            Set.of("deadline_ms"),
            Set.of(200),
            Route.Access.OPEN,
            new PlanRoute(this::plan, rounds)::answer);
    return HttpServer.start(
        List.of(new ListenAddress.Port("127.0.0.1", 0)),
        Optional.empty(),
        Optional.empty(),
        HttpLimits.of(1_000, 10),
        new RouteTable(List.of(route)),
        (path, status) -> {});
  }

  @AfterEach
  void stop() {
    server.close();
    timer.shutdownNow();
  }

  private Answer ask(String query) throws Exception {
    return RawClient.ask(
        server.addresses().get(0),
        "POST /default%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(query, BODY.length(), BODY));
  }

  private static PlanAnswer unchanged() {
    return new PlanAnswer(
        Optional.empty(),
        false,
        List.of(),
        0,
        Double.NaN,
        Double.NaN,
        List.of(),
        Optional.of("too late"),
        true,
        List.of(),
        List.of(),
        "abc");
  }

  @Test
  void aPlanThatIsNotThereAtTheDeadlineIsATimeOut() throws Exception {
    Answer answer = ask("?deadline_ms=1");
    assertEquals(504, answer.status(), answer.toString());
    assertTrue(
        answer.body().contains("there was no plan within 1 ms; ask the same again"), answer.body());
    plan.complete(unchanged());
    assertEquals(200, ask("").status());
  }

  @Test
  void theRefusalOfThePlannerIsTheAnswer() throws Exception {
    plan.completeExceptionally(ProblemException.retryAfter(429, 3, "too many questions wait"));
    Answer answer = ask("");
    assertEquals(429, answer.status(), answer.toString());
    assertEquals("3", answer.header("Retry-After"));
  }

  @Test
  void aBugOfThePlannerIsNotShown() throws Exception {
    plan.completeExceptionally(new IllegalStateException("secret"));
    Answer answer = ask("");
    assertEquals(500, answer.status(), answer.toString());
    assertFalse(answer.body().contains("secret"), answer.body());
  }

  @Test
  void anAnswerIsWrittenAndNamesTheQuestionItWasAskedBy() throws Exception {
    plan.complete(unchanged());
    Answer answer = ask("");
    assertEquals(200, answer.status(), answer.toString());
    assertTrue(answer.body().contains("\"reason\":\"too late\""), answer.body());
    assertEquals(64, answer.header("X-EPLB-Inputs").length());
  }

  @Test
  void oneAnswerIsEncodedOnceInEachFormat() {
    EncodedAnswers encoded = new EncodedAnswers();
    PlanAnswer answer = unchanged();
    byte[] first = encoded.get(answer, AnswerFormat.JSON).array();
    assertSame(first, encoded.get(answer, AnswerFormat.JSON).array());
    byte[] archive = encoded.get(answer, AnswerFormat.NPZ).array();
    assertSame(archive, encoded.get(answer, AnswerFormat.NPZ).array());
  }
}
