package io.eplb.server.routes;

import io.eplb.api.InternalException;
import io.eplb.server.http.Call;
import io.eplb.server.http.Reply;
import io.eplb.server.http.Route;
import io.eplb.server.http.Route.Access;
import io.eplb.server.http.RouteTable;
import io.eplb.server.metrics.ServiceMetrics;
import io.eplb.server.page.LivePage;
import io.eplb.server.planning.PlanService;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.Rounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;

/** The table of all routes of the service; {@code openapi.json} beside it describes them. */
public final class ServiceRoutes {
  private static final String OPEN_API = "openapi.json";

  private static final Set<String> PLAN_PARAMETERS =
      Set.of(
          "ranks",
          "nodes",
          "groups",
          "slots",
          "policy",
          "option.KEY",
          "failed",
          "deadline_ms",
          "rank",
          "world",
          "round");

  private ServiceRoutes() {}

  /**
   * Returns the table.
   *
   * @param open says whether the service takes new plans
   */
  public static RouteTable of(
      PlanService plans,
      Rounds rounds,
      ServiceMetrics metrics,
      LivePage page,
      BooleanSupplier open) {
    PlanRoute plan = new PlanRoute(plans, rounds);
    GroupRoutes groups = new GroupRoutes(plans, rounds);
    byte[] openApi = openApi();
    return new RouteTable(
        List.of(
            new Route(
                "POST", "/v1/groups/{group}/plan", PLAN_PARAMETERS, Access.TOKEN, plan::answer),
            get("/v1/groups", Access.TOKEN, groups::list),
            get("/v1/groups/{group}", Access.TOKEN, groups::show, Flag.HEAT),
            get(
                "/v1/policies",
                Access.TOKEN,
                call -> Reply.json(json -> PolicyDocument.write(plans.policies(), json))),
            get(
                "/metrics",
                Access.TOKEN,
                call ->
                    Reply.of(
                        ServiceMetrics.CONTENT_TYPE,
                        metrics.scrape(Flag.of(call, Flag.HEAT)).getBytes(StandardCharsets.UTF_8)),
                Flag.HEAT),
            get("/health/live", Access.OPEN, call -> Reply.text("live\n")),
            get("/health/ready", Access.OPEN, call -> ready(open)),
            get("/openapi.json", Access.OPEN, call -> Reply.of(Reply.JSON, openApi)),
            get("/", Access.OPEN, call -> new Reply.Written(page)),
            get("/page/{file}", Access.OPEN, call -> new Reply.Written(page)),
            get(LivePage.EVENTS, Access.TOKEN, call -> new Reply.Written(page))));
  }

  private static Route get(
      String path, Access access, Function<Call, Reply> action, String... parameters) {
    return new Route(
        "GET",
        path,
        Set.of(parameters),
        access,
        call -> CompletableFuture.completedFuture(action.apply(call)));
  }

  private static Reply ready(BooleanSupplier open) {
    if (!open.getAsBoolean()) {
      throw ProblemException.retryAfter(
          HttpStatus.SERVICE_UNAVAILABLE_503, 1, "the service is stopping");
    }
    return Reply.text("ready\n");
  }

  private static byte[] openApi() {
    try (InputStream document = ServiceRoutes.class.getResourceAsStream(OPEN_API)) {
      if (document == null) {
        throw new InternalException(OPEN_API + " is missing in the jar");
      }
      return document.readAllBytes();
    } catch (IOException unreadable) {
      throw new InternalException(OPEN_API + " cannot be read", unreadable);
    }
  }
}
