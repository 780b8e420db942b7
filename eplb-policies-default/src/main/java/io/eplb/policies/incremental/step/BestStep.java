package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.LayerState;

/**
 * The best step found so far out of one state: a swap or a replication. Steps are compared by gain
 * per price. Mutable, reused.
 */
final class BestStep {
  /**
   * The price added to that of every step before gains are divided by it. Without it a step that
   * moves nothing would come before every other, however little it gains.
   */
  static final double BASE_PRICE = 1.0;

  private static final int NONE = -1;

  private final int slotsPerRank;
  private double score;
  private int p;
  private int q;
  private int expert;
  private boolean found;

  BestStep(int slotsPerRank) {
    this.slotsPerRank = slotsPerRank;
  }

  void clear() {
    score = 0.0;
    found = false;
  }

  boolean found() {
    return found;
  }

  /** Returns the gain that a step of this price must exceed to become the best. */
  double gainToBeat(double price) {
    return score * cost(price);
  }

  /** Returns the price below which a step that gains so much becomes the best; negative if none. */
  double mostPrice(double gain) {
    return score > 0.0 ? gain / score - BASE_PRICE : Double.MAX_VALUE;
  }

  /**
   * Offers a swap; of equally good ones out of one rank, the first by other rank and slots wins.
   */
  void offerSwap(double gain, double price, int p, int q) {
    offer(gain, price, p, q, NONE);
  }

  /** Offers a replication, with the arguments of {@link LayerState#replicate}. */
  void offerReplication(double gain, double price, int p, int q, int expert) {
    offer(gain, price, p, q, expert);
  }

  private void offer(double gain, double price, int p, int q, int expert) {
    double offered = gain / cost(price);
    if (offered > score || (offered == score && expert == NONE && found && comesFirst(p, q))) {
      this.score = offered;
      this.p = p;
      this.q = q;
      this.expert = expert;
      this.found = true;
    }
  }

  private static double cost(double price) {
    return price > 0.0 ? price + BASE_PRICE : BASE_PRICE;
  }

  private boolean comesFirst(int otherP, int otherQ) {
    int order = Integer.compare(otherQ / slotsPerRank, q / slotsPerRank);
    order = order == 0 ? Integer.compare(otherP, p) : order;
    return order < 0 || (order == 0 && otherQ < q);
  }

  void take(LayerState state) {
    if (expert == NONE) {
      state.swap(p, q);
    } else {
      state.replicate(p, q, expert);
    }
  }
}
