package io.eplb.server.planner;

import io.eplb.server.http.BearerToken;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.OperatorRoutes;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.metrics.PlannerMetrics;
import io.eplb.server.metrics.ProcessMetrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The address at which operators reach a planner's figures and its health. */
public final class PlannerServer implements AutoCloseable {
  /** No request has a body. */
  private static final int BODY_BYTES = 1;

  private static final int WAITING = 16;

  private final HttpServer http;
  private final PlannerMetrics metrics;

  private PlannerServer(HttpServer http, PlannerMetrics metrics) {
    this.http = http;
    this.metrics = metrics;
  }

  /**
   * Starts to listen.
   *
   * @param address a port, where 0 takes a free one, or a Unix socket
   * @param tls the certificate of the port, if it uses TLS
   * @param token the secret that requests for the figures have to show, if any
   * @param planner the planner, which does not run yet
   * @throws io.eplb.api.InvalidInputException if the address cannot be listened at, or others than
   *     this machine can reach it and token or certificate are missing
   */
  public static PlannerServer start(
      ListenAddress address,
      Optional<TlsCertificate> tls,
      Optional<String> token,
      ElectedPlanner planner) {
    address.requireProtected(token.isPresent(), tls.isPresent(), "127.0.0.1:0");
    PlannerMetrics metrics = new PlannerMetrics(planner::figures);
    planner.listen(metrics);
    return new PlannerServer(
        HttpServer.start(
            List.of(address),
            tls,
            token.map(BearerToken::new),
            HttpLimits.of(BODY_BYTES, WAITING),
            new RouteTable(
                List.of(
                    OperatorRoutes.metrics(
                        Set.of(), ProcessMetrics.CONTENT_TYPE, call -> metrics.scrape()),
                    OperatorRoutes.live(),
                    OperatorRoutes.ready(planner::whyUnready))),
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
