package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;

/**
 * The best step found so far from one state: a swap or a replication. Steps are compared by gain
 * per price. Mutable and reused.
 */
final class BestStep {
  /**
   * The price added to that of every step before gains are divided by it. Without it a step that
   * transfers nothing would come before every other, even with a tiny gain.
   */
  static final double BASE_PRICE = 1.0;

  /** The value of the expert in a step that is a swap. */
  static final int SWAP = -1;

  private final Assignment current;
  private double score;
  private int p;
  private int q;
  private int expert;
  private boolean found;

  BestStep(Assignment current) {
    this.current = current;
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

  /**
   * Returns the price below which a step of this gain becomes the best; negative if there is none.
   */
  double mostPrice(double gain) {
    return score > 0.0 ? gain / score - BASE_PRICE : Double.MAX_VALUE;
  }

  /**
   * Offers a step. Among equally good steps the first one offered wins; among equally good swaps of
   * one rank, the first by other rank and slots.
   *
   * @param expert the expert of a replication, with p and q as in {@link LayerState#replicate};
   *     {@link #SWAP} for a swap of p and q
   */
  void offer(double gain, double price, int p, int q, int expert) {
    double offered = gain / cost(price);
    if (offered > score || (offered == score && expert == SWAP && found && comesFirst(p, q))) {
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
    int order = Integer.compare(current.rank(otherQ), current.rank(q));
    order = order == 0 ? Integer.compare(otherP, p) : order;
    return order < 0 || (order == 0 && otherQ < q);
  }

  void take(LayerState state) {
    if (expert == SWAP) {
      state.swap(p, q);
    } else {
      state.replicate(p, q, expert);
    }
  }
}
