package io.eplb.server.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as its route sees it. */
public final class Call {
  private final String group;
  private final Map<String, List<String>> query;
  private final @Nullable String accept;
  private final @Nullable String contentType;
  private final byte[] body;

  Call(
      String group,
      Map<String, List<String>> query,
      @Nullable String accept,
      @Nullable String contentType,
      byte[] body) {
    this.group = group;
    this.query = query;
    this.accept = accept;
    this.contentType = contentType;
    this.body = body;
  }

  /** Returns the group in the path; empty if the route has none. */
  public String group() {
    return group;
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

  /** Returns the body, which is the caller's; empty for routes without one. */
  public byte[] body() {
    return body;
  }
}
