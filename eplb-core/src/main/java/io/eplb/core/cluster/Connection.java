package io.eplb.core.cluster;

/**
 * The connection of this process to its group.
 *
 * <pre>
 *   CONNECTED ◀──▶ SUSPENDED ──▶ LOST ──▶ CONNECTED
 * </pre>
 */
public enum Connection {
  /** Members and leader are up to date. */
  CONNECTED,
  /**
   * Nothing is known of the others, and they may or may not have given this process up. Serve on.
   */
  SUSPENDED,
  /**
   * The others have given this process up: its members have left, its candidates have lost. Once it
   * is connected again it may join and stand anew.
   */
  LOST
}
