package io.eplb.policies.kernel;

/**
 * Lowers a node's peak, the greatest load ÷ speed of its ranks, step by step: exchanges an expert
 * of the hottest rank with one of another rank, or, where no exchange helps, turns a replica of one
 * expert into one of another. No step puts an expert twice onto a rank. Every step lowers the
 * hottest rank and leaves every other rank that it changes below the old peak, so the descent ends.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class PeakDescent {
  /** A step has to lower the hottest rank by more than rounding does. */
  static final double LESS = 1.0 - 1e-12;

  private final NodeAssignment node;
  private final double[] slowness;
  private final HolderLists holders;
  private final boolean[] holdsGainer;
  private long budget;

  PeakDescent(NodeAssignment node) {
    this.node = node;
    slowness = node.capacity.slowness;
    holders = new HolderLists(node.loads.length, node.expertAt.length);
    holdsGainer = new boolean[node.ranks];
  }

  /** Sets the number of slots that the following descents may examine in total. */
  void grant(long slots) {
    budget = slots;
  }

  /** Returns whether some of these slots are left. */
  boolean mayContinue() {
    return budget > 0;
  }

  /** Descends until the peak is within the limit, no step helps or the grant is used up. */
  void descend(double limit) {
    budget -= node.expertAt.length;
    while (budget > 0 && node.peak() > limit) {
      if (!exchange() && !convert()) {
        return;
      }
    }
  }

  private boolean exchange() {
    int hottest = node.hottestRank();
    double load = node.rankLoads[hottest];
    double slow = slowness[hottest];
    double coolest = node.heat[hottest] * LESS;
    int bestSlot = -1;
    int bestOther = -1;
    node.mark(hottest);
    budget -= (long) node.slots * node.expertAt.length;
    int endOfHottest = node.capacity.end(hottest);
    for (int slot = hottest * node.slots; slot < endOfHottest; slot++) {
      double share = node.shares[node.expertAt[slot]];
      for (int rank = 0; rank < node.ranks; rank++) {
        if (rank == hottest
            || node.heat[rank] >= coolest
            || node.holds(rank, node.expertAt[slot])) {
          continue;
        }
        double otherLoad = node.rankLoads[rank];
        double otherSlow = slowness[rank];
        int end = node.capacity.end(rank);
        for (int other = rank * node.slots; other < end; other++) {
          double less = share - node.shares[node.expertAt[other]];
          double after = Math.max((load - less) * slow, (otherLoad + less) * otherSlow);
          if (after < coolest && !node.marked(node.expertAt[other])) {
            coolest = after;
            bestSlot = slot;
            bestOther = other;
          }
        }
      }
    }
    if (bestSlot < 0) {
      return false;
    }
    node.swap(bestSlot, bestOther);
    return true;
  }

  /** Gives an expert of the hottest rank one more replica, or replaces one of its replicas. */
  private boolean convert() {
    holders.link(node.expertAt);
    int hottest = node.hottestRank();
    double coolest = node.heat[hottest] * LESS;
    int bestSlot = -1;
    int bestExpert = -1;
    for (int gainer = 0; gainer < node.experts; gainer++) {
      if (node.counts[gainer] == node.ranks) {
        continue;
      }
      markHolders(gainer, true);
      double share = node.loads[gainer] / (node.counts[gainer] + 1);
      // Only one replica fewer on the hottest rank, or a smaller share there, can help.
      boolean relieved = holdsGainer[hottest];
      int to = relieved ? node.ranks : hottest + 1;
      budget -= relieved ? node.expertAt.length : node.capacity.usable[hottest];
      for (int rank = relieved ? 0 : hottest; rank < to; rank++) {
        if (holdsGainer[rank]) {
          continue;
        }
        int end = node.capacity.end(rank);
        for (int slot = rank * node.slots; slot < end; slot++) {
          if (node.counts[node.expertAt[slot]] > 1) {
            double after =
                peakAfter(rank, node.expertAt[slot], share, node.shares[gainer], hottest, coolest);
            if (after < coolest) {
              coolest = after;
              bestSlot = slot;
              bestExpert = gainer;
            }
          }
        }
      }
      markHolders(gainer, false);
    }
    if (bestSlot < 0) {
      return false;
    }
    node.expertAt[bestSlot] = bestExpert;
    node.recount();
    return true;
  }

  /**
   * Returns the greatest heat, among the hottest rank and all ranks whose load rises, after a rank
   * has exchanged a replica of {@code loser} for one of the marked expert. The search ends early at
   * a heat of {@code bound} or more.
   *
   * @param share the marked expert's load per replica afterwards
   * @param before the same before
   */
  private double peakAfter(
      int rank, int loser, double share, double before, int hottest, double bound) {
    double relief = before - share;
    double burden = node.loads[loser] / (node.counts[loser] - 1) - node.shares[loser];
    double peak = (node.rankLoads[rank] - node.shares[loser] + share) * slowness[rank];
    boolean hottestHoldsLoser = false;
    for (int held = holders.first(loser);
        held != HolderLists.NONE && peak < bound;
        held = holders.next(held)) {
      int holder = held / node.slots;
      hottestHoldsLoser |= holder == hottest;
      if (holder != rank) {
        peak =
            Math.max(
                peak,
                (node.rankLoads[holder] + burden - (holdsGainer[holder] ? relief : 0.0))
                    * slowness[holder]);
      }
    }
    if (!hottestHoldsLoser && peak < bound && rank != hottest) {
      peak = Math.max(peak, (node.rankLoads[hottest] - relief) * slowness[hottest]);
    }
    return peak;
  }

  private void markHolders(int expert, boolean mark) {
    for (int slot = holders.first(expert); slot != HolderLists.NONE; slot = holders.next(slot)) {
      holdsGainer[slot / node.slots] = mark;
    }
  }
}
