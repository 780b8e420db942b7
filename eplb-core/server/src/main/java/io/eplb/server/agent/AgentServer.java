package io.eplb.server.agent;

import io.eplb.server.http.BearerToken;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.OperatorRoutes;
import io.eplb.server.http.Route;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.metrics.AgentMetrics;
import io.eplb.server.metrics.ProcessMetrics;
import io.eplb.server.rpc.RankRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The address at which planners reach an agent, and operators its figures and its health. */
public final class AgentServer implements AutoCloseable {
  private static final int BODY_BYTES = 64 << 10;

  /** A planner has at most 64 requests under way; there may be one that is deposed. */
  private static final int WAITING = 256;

  private final HttpServer http;
  private final AgentMetrics metrics;

  private AgentServer(HttpServer http, AgentMetrics metrics) {
    this.http = http;
    this.metrics = metrics;
  }

  /**
   * Starts to listen.
   *
   * @param address a port; 0 takes a free one
   * @param tls the certificate of the port, if it uses TLS
   * @param token the secret that planners have to show, if any
   * @param agent the agent; while its rank does not serve, requests are refused
   * @throws io.eplb.api.InvalidInputException if the address cannot be listened at, or others than
   *     this machine can reach it and token or certificate are missing
   */
  public static AgentServer start(
      ListenAddress address,
      Optional<TlsCertificate> tls,
      Optional<String> token,
      RankAgent agent) {
    address.requireProtected(token.isPresent(), tls.isPresent(), "127.0.0.1:0");
    AgentMetrics metrics = new AgentMetrics(agent::figures);
    List<Route> routes = new ArrayList<>(RankRoutes.of(agent::rank));
    routes.add(
        OperatorRoutes.metrics(Set.of(), ProcessMetrics.CONTENT_TYPE, call -> metrics.scrape()));
    routes.add(OperatorRoutes.live());
    routes.add(OperatorRoutes.ready(agent::whyUnserved));
    return new AgentServer(
        HttpServer.start(
            List.of(address),
            tls,
            token.map(BearerToken::new),
            HttpLimits.of(BODY_BYTES, WAITING),
            new RouteTable(routes),
            metrics::answered),
        metrics);
  }

  /** Returns the address, such as {@code http://127.0.0.1:40123}. */
  public String address() {
    return http.addresses().get(0);
  }

  @Override
  public void close() {
    http.close();
    metrics.close();
  }
}
