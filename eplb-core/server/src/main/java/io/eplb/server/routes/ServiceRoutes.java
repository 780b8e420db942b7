package io.eplb.server.routes;

import io.eplb.api.InternalException;
import io.eplb.server.http.Call;
import io.eplb.server.http.OperatorRoutes;
import io.eplb.server.http.Reply;
import io.eplb.server.http.Route;
import io.eplb.server.http.Route.Access;
import io.eplb.server.http.RouteTable;
import io.eplb.server.metrics.ProcessMetrics;
import io.eplb.server.metrics.ServiceMetrics;
import io.eplb.server.page.LivePage;
import io.eplb.server.planning.PlanService;
import io.eplb.server.round.Rounds;
import io.eplb.server.round.StartUp;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The table of all routes of the service; {@code openapi.json} beside it describes them. */
public final class ServiceRoutes {
  private static final String OPEN_API = "openapi.json";

  private static final Set<String> HEAT = Set.of(Flag.HEAT);

  private static final Set<String> PLAN_PARAMETERS =
      Set.of(
          "ranks",
          "nodes",
          "groups",
          "slots",
          "policy",
          "option.KEY",
          "dispatch",
          "failed",
          "deadline_ms",
          "rank",
          "world",
          "round");

  private static final Set<Integer> PLAN_STATUSES =
      Set.of(200, 400, 406, 409, 415, 422, 429, 503, 504);

  private static final Set<String> START_PARAMETERS =
      Set.of("rank", "world", "ranks", "nodes", "groups", "slots", "experts", "deadline_ms");

  private static final Set<Integer> START_STATUSES = Set.of(200, 400, 409, 415, 422, 429, 503);

  private ServiceRoutes() {}

  /**
   * Returns the table.
   *
   * @param open says whether the service takes new plans
   */
  public static RouteTable of(
      PlanService plans,
      Rounds rounds,
      StartUp startUp,
      ServiceMetrics metrics,
      LivePage page,
      BooleanSupplier open) {
    GroupRoutes groups = new GroupRoutes(plans, rounds);
    byte[] openApi = openApi();
    return new RouteTable(
        List.of(
            new Route(
                "POST",
                "/v1/groups/{group}/plan",
                PLAN_PARAMETERS,
                PLAN_STATUSES,
                Access.TOKEN,
                new PlanRoute(plans, rounds)::answer),
            new Route(
                "POST",
                "/v1/groups/{group}/start",
                START_PARAMETERS,
                START_STATUSES,
                Access.TOKEN,
                new StartRoute(startUp)::answer),
            Route.get("/v1/groups", Set.of(), Set.of(200), Access.TOKEN, groups::list),
            Route.get("/v1/groups/{group}", HEAT, Set.of(200, 404), Access.TOKEN, groups::show),
            Route.get(
                "/v1/policies",
                Set.of(),
                Set.of(200, 503),
                Access.TOKEN,
                call -> Reply.json(json -> PolicyDocument.write(plans.policies(), json))),
            OperatorRoutes.metrics(
                HEAT,
                ProcessMetrics.CONTENT_TYPE,
                call -> metrics.scrape(Flag.of(call, Flag.HEAT))),
            OperatorRoutes.live(),
            OperatorRoutes.ready(
                () ->
                    open.getAsBoolean()
                        ? Optional.empty()
                        : Optional.of("the service is stopping")),
            open("/openapi.json", Set.of(200), call -> Reply.of(Reply.JSON, openApi)),
            open("/", Set.of(200), call -> new Reply.Written(page)),
            open("/page/{file}", Set.of(200, 404), call -> new Reply.Written(page)),
            Route.get(
                LivePage.EVENTS,
                Set.of(),
                Set.of(200, 404),
                Access.TOKEN,
                call -> new Reply.Written(page))));
  }

  private static Route open(String path, Set<Integer> statuses, Function<Call, Reply> action) {
    return Route.get(path, Set.of(), statuses, Access.OPEN, action);
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
