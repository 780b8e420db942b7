package io.eplb.policies.ascend;

/**
 * The classic second phase of {@code swift}: the hottest rank exchanges experts with the others,
 * coolest first, and takes the first partner with whom the best pair lowers it enough.
 *
 * <p>Only experts that their rank holds in the row in force are exchanged: what was received in
 * this round stays.
 */
final class PairSwaps {
  private final TradedLayer layer;
  private final int[] coolest;
  private int bestSlot;
  private int bestOther;

  PairSwaps(TradedLayer layer) {
    this.layer = layer;
    this.coolest = new int[layer.ranks];
  }

  /**
   * Makes one exchange.
   *
   * @param least the least fall of the pair's peak, above 0
   * @return whether there was one
   */
  boolean step(double least) {
    for (int rank = 0; rank < layer.ranks; rank++) {
      coolest[rank] = rank;
    }
    IndexSort.ascending(coolest, layer.ranks, layer.rankLoad);
    int hottest = coolest[layer.ranks - 1];
    for (int index = 0; index < layer.ranks - 1; index++) {
      if (findPair(hottest, coolest[index], least)) {
        layer.swap(bestSlot, bestOther);
        layer.measure();
        return true;
      }
    }
    return false;
  }

  private boolean findPair(int hottest, int rank, double least) {
    int slots = layer.slots;
    double gap = layer.rankLoad[hottest] - layer.rankLoad[rank];
    double best = 0.0;
    for (int slot = hottest * slots; slot < (hottest + 1) * slots; slot++) {
      int gives = layer.row[slot];
      if (layer.holds(rank, gives) || !layer.held(hottest, gives)) {
        continue;
      }
      for (int other = rank * slots; other < (rank + 1) * slots; other++) {
        int takes = layer.row[other];
        double delta = layer.share[gives] - layer.share[takes];
        double fall = Math.min(delta, gap - delta);
        if (fall > best
            && fall >= least
            && !layer.holds(hottest, takes)
            && layer.held(rank, takes)
            && layer.affords(layer.cost(rank, takes, gives) + layer.cost(hottest, gives, takes))
            && layer.mayReceive(hottest, gives, takes)
            && layer.mayReceive(rank, takes, gives)) {
          best = fall;
          bestSlot = slot;
          bestOther = other;
        }
      }
    }
    return best > 0.0;
  }
}
