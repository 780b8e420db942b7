package io.eplb.server.http;

import java.util.function.Consumer;

/** A source of server-sent events. */
@FunctionalInterface
public interface Feed {
  /**
   * Starts to send.
   *
   * @param sink takes whole events in order, one call after the other; it never blocks
   * @return ends the subscription
   */
  AutoCloseable subscribe(Consumer<String> sink);
}
