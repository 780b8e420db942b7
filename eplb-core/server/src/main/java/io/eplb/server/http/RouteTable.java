package io.eplb.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All routes, found by their path. */
public final class RouteTable {
  private final List<Route> routes;

  /** Takes the routes; no two have the same method and path. */
  public RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /** Returns the routes in their order. */
  public List<Route> routes() {
    return routes;
  }

  /**
   * A route at a path.
   *
   * @param route the route
   * @param name the name in the path; empty if the route has none
   */
  record Match(Route route, String name) {}

  /** Returns the routes at a decoded path, one for each method. */
  List<Match> at(String path) {
    List<Match> found = new ArrayList<>();
    for (Route route : routes) {
      name(route.path(), path).ifPresent(name -> found.add(new Match(route, name)));
    }
    return found;
  }

  private static Optional<String> name(String template, String path) {
    int begin = template.indexOf('{');
    if (begin < 0) {
      return template.equals(path) ? Optional.of("") : Optional.empty();
    }
    String head = template.substring(0, begin);
    String tail = template.substring(template.indexOf('}') + 1);
    if (path.length() <= head.length() + tail.length()
        || !path.startsWith(head)
        || !path.endsWith(tail)) {
      return Optional.empty();
    }
    String name = path.substring(head.length(), path.length() - tail.length());
    return name.indexOf('/') < 0 ? Optional.of(name) : Optional.empty();
  }
}
