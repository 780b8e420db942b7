package io.eplb.policies.ascend;

import io.eplb.policies.kernel.FallingOrder;

/**
 * The classic second phase of {@code swift}: the hottest rank exchanges experts with the others,
 * coolest first, and takes the first partner with whom the best pair lowers it enough.
 *
 * <p>Two ranks exchange experts only if neither has sent the other one so far, and what was
 * received in this round stays.
 */
final class PairSwaps {
  private final TradedLayer layer;
  private final int[] coolest;
  private final double[] coolness;
  private int bestSlot;
  private int bestOther;

  private final UsedLinks links;

  PairSwaps(TradedLayer layer, UsedLinks links) {
    this.layer = layer;
    this.links = links;
    this.coolest = new int[layer.ranks];
    this.coolness = new double[layer.ranks];
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
      coolness[rank] = -layer.rankLoad[rank];
    }
    FallingOrder.sort(coolest, 0, layer.ranks, coolness);
    int hottest = coolest[layer.ranks - 1];
    for (int index = 0; index < layer.ranks - 1; index++) {
      int rank = coolest[index];
      if (hottest / layer.span == rank / layer.span
          && !links.used(hottest, rank)
          && !links.used(rank, hottest)
          && findPair(hottest, rank, least)) {
        links.send(hottest, rank, layer.row[bestSlot]);
        links.send(rank, hottest, layer.row[bestOther]);
        layer.swap(bestSlot, bestOther);
        layer.sum();
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
      if (layer.holds(rank, gives) || links.received(hottest, gives)) {
        continue;
      }
      for (int other = rank * slots; other < (rank + 1) * slots; other++) {
        int takes = layer.row[other];
        double delta = layer.share[gives] - layer.share[takes];
        double fall = Math.min(delta, gap - delta);
        if (fall > best
            && fall >= least
            && !layer.holds(hottest, takes)
            && !links.received(rank, takes)) {
          best = fall;
          bestSlot = slot;
          bestOther = other;
        }
      }
    }
    return best > 0.0;
  }
}
