package io.eplb.server.http;

import com.google.common.net.HostAndPort;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.listen.UnixSocketFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty with our routes, at all addresses. Ports use TLS if there is a certificate. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /** The threads that work; those of each address come on top. */
  private static final int THREADS = 24;

  private static final int THREADS_OF_ADDRESS = 4;

  /** The connections that the system keeps until we accept them: all ranks may come at once. */
  private static final int ACCEPT_QUEUE = 4_096;

  private final Gate gate;
  private final Server server;
  private final List<UnixSocketFile> sockets = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();

  private HttpServer(Gate gate, Server server) {
    this.gate = gate;
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param addresses where, one at least
   * @param tls the certificate of the ports, if they use TLS
   * @param token the secret that requests have to show, if any
   * @param count told of every answer
   * @throws InvalidInputException if an address cannot be listened at; then none is
   */
  public static HttpServer start(
      List<ListenAddress> addresses,
      Optional<TlsCertificate> tls,
      Optional<BearerToken> token,
      HttpLimits limits,
      RouteTable routes,
      AnswerCount count) {
    QueuedThreadPool threads =
        new QueuedThreadPool(THREADS + THREADS_OF_ADDRESS * addresses.size());
    threads.setName("eplb-http");
    threads.setDaemon(true);
    Server server = new Server(threads);
    Gate gate = new Gate(routes, token, limits, count);
    server.setHandler(gate);
    server.setErrorHandler(new ProblemErrors(count));
    HttpServer started = new HttpServer(gate, server);
    try {
      for (ListenAddress address : addresses) {
        started.listen(address, tls, limits);
      }
      return started;
    } catch (RuntimeException refused) {
      started.close();
      throw refused;
    }
  }

  private void listen(ListenAddress address, Optional<TlsCertificate> tls, HttpLimits limits) {
    if (address instanceof ListenAddress.Port port) {
      listen(port, tls, limits);
    } else if (address instanceof ListenAddress.Socket socket) {
      listen(socket, limits);
    }
  }

  private void listen(ListenAddress.Port port, Optional<TlsCertificate> tls, HttpLimits limits) {
    HttpConnectionFactory http = http(limits);
    ConnectionFactory[] protocols =
        tls.isEmpty()
            ? new ConnectionFactory[] {http}
            : new ConnectionFactory[] {ssl(tls.get()), http};
    ServerConnector connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost(port.host());
    connector.setPort(port.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    start(connector, port);
    addresses.add(
        (tls.isEmpty() ? "http://" : "https://")
            + HostAndPort.fromParts(port.host(), connector.getLocalPort()));
  }

  private void listen(ListenAddress.Socket socket, HttpLimits limits) {
    UnixSocketFile file = UnixSocketFile.prepare(socket.path());
    sockets.add(file);
    UnixDomainServerConnector connector = new UnixDomainServerConnector(server, 1, 1, http(limits));
    connector.setUnixDomainPath(file.hidden());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(limits.idle().toMillis());
    start(connector, socket);
    file.publish();
    addresses.add(socket.toString());
  }

  private void start(Connector connector, ListenAddress address) {
    server.addConnector(connector);
    try {
      server.start();
      connector.start();
    } catch (IOException refused) {
      throw new InvalidInputException(
          "%s: cannot listen there: %s; choose another --listen"
              .formatted(address, reason(refused)),
          refused);
    } catch (Exception broken) {
      throw new InternalException(address + ": cannot listen there", broken);
    }
  }

  private static String reason(IOException refused) {
    Throwable cause = refused.getCause() == null ? refused : refused.getCause();
    return cause instanceof IOException failure
        ? FileFailure.reason(failure)
        : "there is no host of that name";
  }

  private static HttpConnectionFactory http(HttpLimits limits) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(limits.headerBytes());
    return new HttpConnectionFactory(http);
  }

  private static SslConnectionFactory ssl(TlsCertificate certificate) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setSslContext(certificate.context());
    return new SslConnectionFactory(ssl, HttpVersion.HTTP_1_1.asString());
  }

  /**
   * Returns the addresses, with the ports that were taken: {@code http://127.0.0.1:7460} or {@code
   * unix:/run/eplb.sock}.
   */
  public List<String> addresses() {
    return List.copyOf(addresses);
  }

  /** Returns whether new plans are taken. */
  public boolean open() {
    return gate.room().open();
  }

  /** Returns the requests that wait for an answer. */
  public int waiting() {
    return gate.room().taken();
  }

  /** Returns the bytes that bodies take in memory, those that are still to come among them. */
  public long bodyBytes() {
    return gate.intake().bytes();
  }

  /** Refuses new plans with 503; those that wait go on. */
  public void drain() {
    gate.room().close();
  }

  /** Waits until no request waits any more, or until the time is over. */
  public void awaitAnswered(Duration limit) throws InterruptedException {
    gate.room().awaitEmpty(limit);
  }

  /** Stops to listen, and closes all connections. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception stuck) {
      LOG.warn("the HTTP server did not stop in order", stuck);
    }
    sockets.forEach(UnixSocketFile::close);
  }
}
