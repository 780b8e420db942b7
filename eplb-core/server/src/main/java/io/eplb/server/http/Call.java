package io.eplb.server.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as its route sees it. */
public final class Call {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final String name;
  private final Map<String, List<String>> query;
  private final @Nullable String accept;
  private final @Nullable String contentType;
  private final byte[] body;
  private final long arrival;

  Call(
      String name,
      Map<String, List<String>> query,
      @Nullable String accept,
      @Nullable String contentType,
      byte[] body,
      long arrival) {
    this.name = name;
    this.query = query;
    this.accept = accept;
    this.contentType = contentType;
    this.body = body;
    this.arrival = arrival;
  }

  /** Returns the name in the path, such as that of a group; empty if the route has none. */
  public String name() {
    return name;
  }

  /** Returns the parameters of the query by name. */
  public Map<String, List<String>> query() {
    return query;
  }

  /** Returns the header Accept. */
  public @Nullable String accept() {
    return accept;
  }

  /** Returns the header Content-Type. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** Returns what is left of a time that began when the request arrived; 1 ms at least. */
  public Duration left(Duration limit) {
    Duration left = limit.minusNanos(System.nanoTime() - arrival);
    return left.compareTo(AT_ONCE) < 0 ? AT_ONCE : left;
  }

  /** Returns the body, which is the caller's; empty for routes without one. */
  public byte[] body() {
    return body;
  }
}
