package io.eplb.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All routes, found by their path. */
public final class RouteTable {
  private static final String GROUP = "{group}";

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
   * @param group the name that stands for {@code {group}}; empty if the route has none
   */
  record Match(Route route, String group) {}

  /** Returns the routes at a decoded path, one for each method. */
  List<Match> at(String path) {
    List<Match> found = new ArrayList<>();
    for (Route route : routes) {
      group(route.path(), path).ifPresent(group -> found.add(new Match(route, group)));
    }
    return found;
  }

  private static Optional<String> group(String template, String path) {
    int at = template.indexOf(GROUP);
    if (at < 0) {
      return template.equals(path) ? Optional.of("") : Optional.empty();
    }
    String head = template.substring(0, at);
    String tail = template.substring(at + GROUP.length());
    if (path.length() <= head.length() + tail.length()
        || !path.startsWith(head)
        || !path.endsWith(tail)) {
      return Optional.empty();
    }
    String group = path.substring(head.length(), path.length() - tail.length());
    return group.indexOf('/') < 0 ? Optional.of(group) : Optional.empty();
  }
}
