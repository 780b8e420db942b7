package io.eplb.server.agent;

import io.eplb.core.runtime.RankConnection;
import io.eplb.server.http.BearerToken;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.rpc.RankRoutes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The address at which planners reach an agent. */
public final class AgentServer implements AutoCloseable {
  private static final int BODY_BYTES = 64 << 10;

  /** A planner has at most 64 requests under way; there may be one that is deposed. */
  private static final int WAITING = 256;

  private final HttpServer http;

  private AgentServer(HttpServer http) {
    this.http = http;
  }

  /**
   * Starts to listen.
   *
   * @param address a port; 0 takes a free one
   * @param tls the certificate of the port, if it uses TLS
   * @param token the secret that planners have to show, if any
   * @param rank the rank at the moment of a request; an exception refuses it
   * @throws io.eplb.api.InvalidInputException if the address cannot be listened at, or others than
   *     this machine can reach it and token or certificate are missing
   */
  public static AgentServer start(
      ListenAddress address,
      Optional<TlsCertificate> tls,
      Optional<String> token,
      Supplier<RankConnection> rank) {
    address.requireProtected(token.isPresent(), tls.isPresent(), "127.0.0.1:0");
    return new AgentServer(
        HttpServer.start(
            List.of(address),
            tls,
            token.map(BearerToken::new),
            HttpLimits.of(BODY_BYTES, WAITING),
            new RouteTable(RankRoutes.of(rank)),
            (route, status) -> {}));
  }

  /** Returns the address, such as {@code http://127.0.0.1:40123}. */
  public String address() {
    return http.addresses().get(0);
  }

  @Override
  public void close() {
    http.close();
  }
}
