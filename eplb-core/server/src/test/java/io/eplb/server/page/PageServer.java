package io.eplb.server.page;

import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** A server of nothing but the page, at a free port of this machine. */
final class PageServer implements AutoCloseable {
  private static final long STOP_MILLIS = 5_000;

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final LivePage page;

  PageServer(PageEvents events, Optional<String> token, int port) {
    this(new LivePage(events), token, port);
  }

  PageServer(LivePage page, Optional<String> token, int port) {
    this.page = page;
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setStopTimeout(STOP_MILLIS);
    server.setHandler(
        new Handler.Wrapper(page) {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            String sent = request.getHeaders().get("Authorization");
            if (token.isPresent()
                && Request.getPathInContext(request).equals(LivePage.EVENTS)
                && !("Bearer " + token.get()).equals(sent)) {
              Response.writeError(request, response, callback, HttpStatus.UNAUTHORIZED_401);
              return true;
            }
            return super.handle(request, response, callback);
          }
        });
  }

  PageServer start() {
    try {
      server.start();
    } catch (Exception refused) {
      throw new IllegalStateException("the server does not start", refused);
    }
    return this;
  }

  LivePage page() {
    return page;
  }

  int port() {
    return connector.getLocalPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception stuck) {
      throw new IllegalStateException("the server does not stop", stuck);
    }
  }
}
