package io.eplb.policies.incremental;

/** The best step found so far out of one state: a swap or a replication. Mutable, reused. */
final class BestStep {
  /**
   * Added to a step's price when its gain per transfer is judged: without it, descent would nibble
   * at free trifles.
   */
  static final double BASE_PRICE = 1.0;

  private static final int NONE = -1;

  private final int slots;
  private double score;
  private int p;
  private int q;
  private int expert;
  private boolean found;

  BestStep(int slotsPerRank) {
    this.slots = slotsPerRank;
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

  /** Of equally good swaps out of one rank, the first by the other rank, then by slot, is best. */
  void offerSwap(double gain, double price, int p, int q) {
    offer(gain, price, p, q, NONE);
  }

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

  /** Returns the price below which a step that gains so much becomes the best; negative if none. */
  double mostPrice(double gain) {
    return score > 0.0 ? gain / score - BASE_PRICE : Double.MAX_VALUE;
  }

  private static double cost(double price) {
    return price > 0.0 ? price + BASE_PRICE : BASE_PRICE;
  }

  private boolean comesFirst(int otherP, int otherQ) {
    int order = Integer.compare(otherQ / slots, q / slots);
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
