package io.eplb.server.rpc;

import com.google.common.net.HostAndPort;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.server.listen.ListenAddress;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The address of a process that answers operations.
 *
 * @param secure whether it is asked over TLS
 * @param host a name or an IP address
 * @param port 1 to 65,535
 */
public record RpcAddress(boolean secure, String host, int port) {
  private static final int MOST_CHARACTERS = 300;

  /**
   * Reads {@code http://HOST:PORT} or {@code https://HOST:PORT}, as members of a group show it.
   *
   * @throws InvalidInputException if it is neither
   */
  public static RpcAddress parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw wrong(text, null);
    }
    try {
      URI uri = new URI(text);
      boolean secure = "https".equals(uri.getScheme());
      if ((secure || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() >= 1
          && uri.getPort() <= 65_535
          && uri.getUserInfo() == null
          && uri.getPath().isEmpty()
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        HostAndPort place = HostAndPort.fromString(uri.getAuthority());
        return new RpcAddress(secure, place.getHost(), place.getPort());
      }
    } catch (URISyntaxException | IllegalArgumentException malformed) {
      throw wrong(text, malformed);
    }
    throw wrong(text, null);
  }

  private static InvalidInputException wrong(String text, @Nullable Throwable cause) {
    return new InvalidInputException(
        OneLine.quote(text)
            + " is no address of an agent; expected http://HOST:PORT or https://HOST:PORT",
        cause);
  }

  /**
   * Checks that a secret may be sent there.
   *
   * @throws InvalidInputException unless it is asked over TLS or is this machine
   */
  void requireProtected() {
    if (!secure && !new ListenAddress.Port(host, port).local()) {
      throw new InvalidInputException(
          this + " is another machine without TLS; the token is not sent there in the clear");
    }
  }

  URI resolve(String path) {
    return URI.create(this + path);
  }

  @Override
  public String toString() {
    return (secure ? "https://" : "http://") + HostAndPort.fromParts(host, port);
  }
}
