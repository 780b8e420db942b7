package io.eplb.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final RouteTable TABLE =
      new RouteTable(
          List.of(
              route("GET", "/"),
              route("GET", "/groups"),
              route("GET", "/groups/{group}"),
              route("POST", "/groups/{group}/plan")));

  private static Route route(String method, String path) {
    return new Route(
        method,
        path,
        Set.of("ranks", "option.KEY"),
        Set.of(200),
        Route.Access.OPEN,
        call -> CompletableFuture.completedFuture(Reply.text("")));
  }

  private static List<String> at(String path) {
    return TABLE.at(path).stream().map(match -> match.route().path() + " " + match.name()).toList();
  }

  @Test
  void aPathIsFoundWithTheNameInIt() {
    assertEquals(List.of("/ "), at("/"));
    assertEquals(List.of("/groups "), at("/groups"));
    assertEquals(List.of("/groups/{group} a.b-c"), at("/groups/a.b-c"));
    assertEquals(List.of("/groups/{group}/plan plan"), at("/groups/plan/plan"));
  }

  @Test
  void anotherPathIsNotFound() {
    for (String path :
        List.of("", "*", "/group", "/groups/", "/groups//plan", "/groups/a/b/plan", "/groups/a/")) {
      assertEquals(List.of(), at(path), path);
    }
  }

  @Test
  void aParameterMayStandForAllThatBeginWithIt() {
    Route route = route("GET", "/");
    assertTrue(route.takes("ranks"));
    assertTrue(route.takes("option.key"));
    assertFalse(route.takes("rank"));
    assertFalse(route.takes("options"));
  }
}
