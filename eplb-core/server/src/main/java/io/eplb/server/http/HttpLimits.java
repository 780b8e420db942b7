package io.eplb.server.http;

import java.time.Duration;

/**
 * The limits that keep requests, whoever sends them, from taking more than their share.
 *
 * @param headerBytes the most bytes of a request line with its headers
 * @param bodyBytes the most bytes of a body
 * @param bodyBudget the most bytes of all bodies in memory together, at least {@code bodyBytes};
 *     further bodies wait unread
 * @param bodyTime the time in which a body has to arrive
 * @param idle the time without a byte after which a connection is closed; a request that waits for
 *     its answer is not idle
 * @param waiting the most requests that wait for an answer
 * @param connections the most open connections of all ports together
 */
public record HttpLimits(
    int headerBytes,
    int bodyBytes,
    long bodyBudget,
    Duration bodyTime,
    Duration idle,
    int waiting,
    int connections) {
  /** The most bytes of a body unless said otherwise. */
  public static final int BODY_BYTES = 64 << 20;

  /** The most requests that wait unless said otherwise. */
  public static final int WAITING = 4_096;

  /** The most bytes that a body may be allowed: an array must hold it. */
  public static final int MOST_BODY_BYTES = 1 << 30;

  /** The most requests that may be allowed to wait. */
  public static final int MOST_WAITING = 100_000;

  private static final int HEADER_BYTES = 16 << 10;
  private static final int SPARE_CONNECTIONS = 1_024;

  /** The share of the heap that bodies may take. */
  private static final int BUDGET_SHARE = 8;

  /** Returns limits with the times and sizes of the service. */
  public static HttpLimits of(int bodyBytes, int waiting) {
    return new HttpLimits(
        HEADER_BYTES,
        bodyBytes,
        Math.max(bodyBytes, Runtime.getRuntime().maxMemory() / BUDGET_SHARE),
        Duration.ofMinutes(2),
        Duration.ofSeconds(30),
        waiting,
        waiting + SPARE_CONNECTIONS);
  }
}
