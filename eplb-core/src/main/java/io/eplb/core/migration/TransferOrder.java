package io.eplb.core.migration;

/**
 * Distributes transfers and reloads over as few rounds as the limits allow. The number of rounds is
 * the greatest, over the ranks, of the transfers of a rank in one direction, divided by its limit
 * and rounded up. Kernel: trusts its arguments.
 *
 * <p>The ranks are the vertices of a bipartite multigraph, senders left and receivers right. The
 * transfers are its edges, and the rounds are an {@linkplain EdgeColouring edge colouring}. A rank
 * with several transfers at once becomes several vertices with one each. For example, a rank that
 * sends five experts, two at once, needs three rounds; it becomes two vertices, one with the first
 * three transfers and one with the other two.
 *
 * <p>The checkpoint serves any number of ranks at once: each reload has a sender of its own.
 */
final class TransferOrder {
  private TransferOrder() {}

  /**
   * Finds the round of each transfer, from 0 on.
   *
   * @param ranks the number of ranks
   * @param from the sender of each transfer, −1 for the checkpoint
   * @param to the receiver of each transfer
   */
  static int[] rounds(int ranks, int[] from, int[] to, MigrationLimits limits) {
    int rounds =
        Math.max(
            rounds(ranks, from, limits.sendsPerRank()),
            rounds(ranks, to, limits.receivesPerRank()));
    return EdgeColouring.of(rounds, split(ranks, from, rounds), split(ranks, to, rounds));
  }

  private static int rounds(int ranks, int[] ends, int atOnce) {
    int[] transfers = new int[ranks];
    int most = 0;
    for (int rank : ends) {
      if (rank >= 0) {
        most = Math.max(most, ++transfers[rank]);
      }
    }
    return roundedUp(most, atOnce);
  }

  /** Replaces the ranks by vertices, numbered from 0, of at most {@code rounds} edges each. */
  private static int[] split(int ranks, int[] ends, int rounds) {
    int[] transfers = new int[ranks];
    int[] vertex = new int[ranks];
    int[] split = new int[ends.length];
    int vertices = 0;
    for (int transfer = 0; transfer < ends.length; transfer++) {
      int rank = ends[transfer];
      if (rank < 0) {
        split[transfer] = vertices++;
        continue;
      }
      if (transfers[rank]++ % rounds == 0) {
        vertex[rank] = vertices++;
      }
      split[transfer] = vertex[rank];
    }
    return split;
  }

  static int roundedUp(int dividend, int divisor) {
    return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
  }
}
