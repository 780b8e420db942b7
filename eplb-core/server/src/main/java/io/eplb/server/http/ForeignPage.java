package io.eplb.server.http;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a request that a page of another site makes a browser on this machine send. Without a
 * token the service trusts who reaches it, and any page that is open in that browser can reach it.
 *
 * <p>Two signs tell: the page's origin is not the host that was asked, or the host is a name that
 * only a foreign name server can have pointed here.
 */
final class ForeignPage {
  private ForeignPage() {}

  /** Returns whether a foreign page sends the request with these headers. */
  static boolean sends(HttpFields headers) {
    String host = headers.get(HttpHeader.HOST);
    String origin = headers.get(HttpHeader.ORIGIN);
    boolean browser = origin != null || headers.contains("Sec-Fetch-Site");
    return browser && (!local(host) || (origin != null && !origin.endsWith("://" + host)));
  }

  private static boolean local(@Nullable String host) {
    if (host == null) {
      return false;
    }
    try {
      String name = HostAndPort.fromString(host).getHost();
      return name.equals("localhost") || InetAddresses.isInetAddress(name);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
