package io.eplb.policies.kernel;

/**
 * Removes duplicates on a rank by exchanging them with experts of other ranks, without raising any
 * rank above a limit. This repair suffices in most cases. It keeps all replica counts and nearly
 * all slots.
 */
final class DuplicateExchange {
  private DuplicateExchange() {}

  /**
   * Removes duplicates, rank by rank and slot by slot.
   *
   * @param limit the most that a rank may carry
   * @return whether none is left
   */
  static boolean removeAll(NodeAssignment node, double limit) {
    for (int expert = 0; expert < node.experts; expert++) {
      if (node.counts[expert] > node.ranks) {
        return false;
      }
    }
    for (int rank = 0; rank < node.ranks; rank++) {
      int duplicate = node.duplicate(rank);
      while (duplicate >= 0) {
        int partner = partner(node, rank, duplicate, limit);
        if (partner < 0) {
          return false;
        }
        node.swap(duplicate, partner);
        duplicate = node.duplicate(rank);
      }
    }
    return true;
  }

  /**
   * Finds the slot to exchange a duplicate with: the first one that raises neither of the two ranks
   * above the hotter of them, else the one that leaves the hotter of them coolest. Ranks are
   * searched cyclically from the duplicate's on, so that repairs spread.
   *
   * @return the slot, or −1 if every exchange breaks the limit or makes another duplicate
   */
  private static int partner(NodeAssignment node, int rank, int duplicate, double limit) {
    int expert = node.expertAt[duplicate];
    double share = node.shares[expert];
    double load = node.rankLoads[rank];
    double coolest = limit;
    int best = -1;
    for (int step = 1; step < node.ranks; step++) {
      int other = rank + step < node.ranks ? rank + step : rank + step - node.ranks;
      if (node.holds(other, expert)) {
        continue;
      }
      double otherLoad = node.rankLoads[other];
      double hotter = Math.max(load, otherLoad);
      for (int slot = other * node.slots; slot < (other + 1) * node.slots; slot++) {
        int candidate = node.expertAt[slot];
        if (!node.marked(candidate)) {
          double gain = share - node.shares[candidate];
          double after = Math.max(load - gain, otherLoad + gain);
          if (after <= coolest) {
            if (after <= hotter) {
              return slot;
            }
            coolest = after;
            best = slot;
          }
        }
      }
    }
    return best;
  }
}
