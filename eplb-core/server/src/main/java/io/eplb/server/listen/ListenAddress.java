package io.eplb.server.listen;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An address at which the service listens. */
public sealed interface ListenAddress {
  /**
   * A port of an interface.
   *
   * @param host a name or an IP address
   * @param port 0 to 65,535; 0 takes a free one
   */
  record Port(String host, int port) implements ListenAddress {
    /** Returns whether only this machine can reach it. */
    @Override
    public boolean local() {
      return host.equals("localhost")
          || (InetAddresses.isInetAddress(host)
              && InetAddresses.forString(host).isLoopbackAddress());
    }

    @Override
    public String toString() {
      return HostAndPort.fromParts(host, port).toString();
    }
  }

  /**
   * A Unix domain socket.
   *
   * @param path the file of the socket
   */
  record Socket(Path path) implements ListenAddress {
    @Override
    public boolean local() {
      return true;
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Returns whether only this machine can reach it. */
  boolean local();

  /**
   * Checks that an address that others than this machine can reach is protected.
   *
   * @param safe a place to listen at instead, for the message
   * @throws InvalidInputException unless it is local, or there are a token and a certificate
   */
  default void requireProtected(boolean token, boolean certificate, String safe) {
    if (!local() && (!token || !certificate)) {
      throw new InvalidInputException(
          "%s can be reached from other machines, which needs a token and a TLS certificate; give both, or listen at %s"
              .formatted(this, safe));
    }
  }

  /**
   * Reads {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code unix:PATH}.
   *
   * @throws InvalidInputException if it is none of them
   */
  static ListenAddress parse(String text) {
    try {
      if (text.startsWith("unix:") && text.length() > "unix:".length()) {
        return new Socket(Path.of(text.substring("unix:".length())));
      }
      HostAndPort parsed = HostAndPort.fromString(text);
      if (parsed.hasPort() && !parsed.getHost().isEmpty()) {
        return new Port(parsed.getHost(), parsed.getPort());
      }
    } catch (IllegalArgumentException malformed) {
      throw wrong(text, malformed);
    }
    throw wrong(text, null);
  }

  private static InvalidInputException wrong(String text, @Nullable Throwable cause) {
    return new InvalidInputException(
        OneLine.quote(text)
            + " is no address to listen at; expected HOST:PORT, such as 127.0.0.1:7460, or unix:PATH",
        cause);
  }
}
