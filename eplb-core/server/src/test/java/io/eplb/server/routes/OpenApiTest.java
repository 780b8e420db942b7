package io.eplb.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.core.config.EplbConfig;
import io.eplb.server.http.Route;
import io.eplb.server.http.RouteTable;
import io.eplb.server.metrics.ServiceMetrics;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.page.LivePage;
import io.eplb.server.page.PageEvents;
import io.eplb.server.planning.PlanService;
import io.eplb.server.planning.PlanSettings;
import io.eplb.server.round.DecisionStore;
import io.eplb.server.round.Rounds;
import io.eplb.server.round.StartUp;
import io.eplb.server.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The description of the service against its routes. */
class OpenApiTest {
  private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1);
  private static final ServiceMetrics METRICS = new ServiceMetrics();
  private static final PlanService PLANS =
      PlanService.open(
          PlanSettings.builder(EplbConfig.defaults()).build(),
          StateFolder.none(),
          new ServiceObserver() {});

  private static RouteTable routes = new RouteTable(List.of());
  private static JsonNode document = new ObjectMapper().createObjectNode();

  @BeforeAll
  static void readBoth() throws IOException {
    routes =
        ServiceRoutes.of(
            PLANS,
            new Rounds(
                PLANS,
                new DecisionStore(StateFolder.none()),
                new ServiceObserver() {},
                InstantSource.system(),
                TIMER),
            new StartUp(TIMER),
            METRICS,
            new LivePage(new PageEvents()),
            () -> true);
    try (InputStream file =
        Objects.requireNonNull(ServiceRoutes.class.getResourceAsStream("openapi.json"))) {
      document = new ObjectMapper().readTree(file);
    }
  }

  @AfterAll
  static void end() {
    PLANS.close();
    METRICS.close();
    TIMER.shutdownNow();
  }

  /** Returns the operations of the document by method and path. */
  private static Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operations.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
    return operations;
  }

  private static Set<String> parameters(JsonNode operation, String place) {
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals(place)) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  private static JsonNode operation(Route route) {
    return Objects.requireNonNull(operations().get(route.method() + " " + route.path()));
  }

  @Test
  void theDocumentHasTheRoutesAndNoOthers() {
    TreeSet<String> served = new TreeSet<>();
    routes.routes().forEach(route -> served.add(route.method() + " " + route.path()));
    assertEquals(served, new TreeSet<>(operations().keySet()));
    assertTrue(served.size() >= 12, served.toString());
  }

  @Test
  void everyRouteHasTheParametersOfTheDocument() {
    for (Route route : routes.routes()) {
      assertEquals(
          new TreeSet<>(route.parameters()), parameters(operation(route), "query"), route.path());
      TreeSet<String> inPath = new TreeSet<>();
      int begin = route.path().indexOf('{');
      if (begin >= 0) {
        inPath.add(route.path().substring(begin + 1, route.path().indexOf('}')));
      }
      assertEquals(inPath, parameters(operation(route), "path"), route.path());
    }
  }

  @Test
  void everyRouteHasTheStatusesOfTheDocument() {
    for (Route route : routes.routes()) {
      TreeSet<Integer> described = new TreeSet<>();
      operation(route)
          .path("responses")
          .fieldNames()
          .forEachRemaining(status -> described.add(Integer.valueOf(status)));
      assertEquals(route.allStatuses(), described, route.path());
    }
  }

  @Test
  void theDocumentSaysWhichRoutesAreOpenAndWhichTakeABody() {
    for (Route route : routes.routes()) {
      JsonNode operation = operation(route);
      assertEquals(route.access() == Route.Access.OPEN, operation.has("security"), route.path());
      assertEquals(route.method().equals("POST"), operation.has("requestBody"), route.path());
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryPartIsUsed() {
    TreeSet<String> references = new TreeSet<>();
    for (JsonNode reference : document.findValues("$ref")) {
      references.add(reference.asText());
      assertTrue(document.at(reference.asText().substring(1)).isObject(), reference.asText());
    }
    for (String kind : List.of("schemas", "responses")) {
      Iterator<String> names = document.path("components").path(kind).fieldNames();
      names.forEachRemaining(
          name -> assertTrue(references.contains("#/components/" + kind + "/" + name), name));
    }
  }

  @Test
  void everyOperationHasItsOwnName() {
    List<String> names = new ArrayList<>();
    operations().values().forEach(operation -> names.add(operation.path("operationId").asText()));
    assertEquals(names.size(), new TreeSet<>(names).size(), names.toString());
  }
}
