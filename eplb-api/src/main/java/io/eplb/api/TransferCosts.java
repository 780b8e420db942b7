package io.eplb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The price of moving an expert: its bytes, and the seconds that a byte takes from one rank to
 * another. Immutable.
 */
public final class TransferCosts {
  private static final TransferCosts UNKNOWN = new TransferCosts(0, 0.0, 0.0);

  private final long expertBytes;
  private final double withinNode;
  private final double betweenNodes;

  private TransferCosts(long expertBytes, double withinNode, double betweenNodes) {
    this.expertBytes = expertBytes;
    this.withinNode = withinNode;
    this.betweenNodes = betweenNodes;
  }

  /** Returns the costs of a group about which nothing is known. */
  public static TransferCosts unknown() {
    return UNKNOWN;
  }

  /**
   * Creates costs.
   *
   * @param expertBytes bytes of the weights of one expert in one layer, 1 to {@link Long#MAX_VALUE}
   * @param secondsPerByteWithinNode between two ranks of a node, finite and at least 0
   * @param secondsPerByteBetweenNodes between two ranks of different nodes, finite and at least 0
   * @throws InvalidInputException if a value is out of its range or NaN
   */
  public static TransferCosts of(
      long expertBytes, double secondsPerByteWithinNode, double secondsPerByteBetweenNodes) {
    Require.inRange("the bytes of an expert", expertBytes, 1L, Long.MAX_VALUE);
    return new TransferCosts(
        expertBytes,
        seconds("within a node", secondsPerByteWithinNode),
        seconds("between nodes", secondsPerByteBetweenNodes));
  }

  private static double seconds(String where, double value) {
    if (!(value >= 0.0 && value <= Double.MAX_VALUE)) {
      throw new InvalidInputException(
          "a byte takes %s seconds %s; the time must be finite and at least 0"
              .formatted(value, where));
    }
    return value;
  }

  /** Returns whether anything is known. */
  public boolean known() {
    return expertBytes > 0;
  }

  /** Returns the bytes of the weights of one expert in one layer; 0 if unknown. */
  public long expertBytes() {
    return expertBytes;
  }

  /**
   * Returns the seconds that a byte takes between two ranks; 0 if unknown, and from a rank to
   * itself.
   *
   * @throws InvalidInputException if the topology has no such rank
   */
  public double secondsPerByte(EpTopology topology, int fromRank, int toRank) {
    Require.notNull("the topology", topology);
    boolean sameNode = topology.nodeOf(fromRank) == topology.nodeOf(toRank);
    if (fromRank == toRank) {
      return 0.0;
    }
    return sameNode ? withinNode : betweenNodes;
  }

  /** Returns the seconds that a byte takes between two ranks of a node; 0 if unknown. */
  public double secondsPerByteWithinNode() {
    return withinNode;
  }

  /** Returns the seconds that a byte takes between two ranks of different nodes; 0 if unknown. */
  public double secondsPerByteBetweenNodes() {
    return betweenNodes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TransferCosts that
        && expertBytes == that.expertBytes
        && Double.compare(withinNode, that.withinNode) == 0
        && Double.compare(betweenNodes, that.betweenNodes) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(expertBytes, withinNode, betweenNodes);
  }

  @Override
  public String toString() {
    return known()
        ? "TransferCosts[%s bytes per expert, %s s per byte within a node, %s between nodes]"
            .formatted(expertBytes, withinNode, betweenNodes)
        : "TransferCosts[unknown]";
  }
}
