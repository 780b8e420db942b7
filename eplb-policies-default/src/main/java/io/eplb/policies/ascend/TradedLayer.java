package io.eplb.policies.ascend;

import io.eplb.policies.kernel.LayerRow;

/**
 * One layer during the trades of {@code swift}: the {@linkplain RowChange change} of its row, the
 * loads of its ranks, and the trades that the budget and the {@linkplain TransferLinks links}
 * allow. Scratch of one worker.
 */
final class TradedLayer {
  private final int ranks;
  private final int slots;
  private final int experts;
  private final RowChange change;
  private final TransferLinks links;
  private final double[] load;
  private final int perLayer;
  private final int perRank;
  private final double[] share;
  private final double[] nextShare;
  private final double[] rankLoad;

  /**
   * @param change of the layer's row
   * @param span ranks of a domain, among which an expert may move; divides {@code ranks}
   * @param load by expert, to be filled before a layer is measured
   * @param perLayer the most transfers of a layer
   * @param perRank the most transfers to a rank
   */
  TradedLayer(
      RowChange change, int ranks, int slots, int span, double[] load, int perLayer, int perRank) {
    this.ranks = ranks;
    this.slots = slots;
    this.change = change;
    this.load = load;
    this.perLayer = perLayer;
    this.perRank = perRank;
    experts = load.length;
    links = new TransferLinks(change, ranks, slots, span);
    share = new double[experts];
    nextShare = new double[experts];
    rankLoad = new double[ranks];
  }

  /** Computes shares and rank loads from the row so far. */
  void measure() {
    for (int expert = 0; expert < experts; expert++) {
      share[expert] = load[expert] / change.replicas(expert);
      nextShare[expert] = load[expert] / (change.replicas(expert) + 1);
    }
    for (int rank = 0; rank < ranks; rank++) {
      double sum = 0.0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        sum += share[change.expertAt(slot)];
      }
      rankLoad[rank] = sum;
    }
  }

  /** Returns the load of an expert. */
  double load(int expert) {
    return load[expert];
  }

  /** Returns the load of one replica of an expert. */
  double share(int expert) {
    return share[expert];
  }

  /** Returns the share that an expert would have with one replica more. */
  double nextShare(int expert) {
    return nextShare[expert];
  }

  /** Returns the load of a rank. */
  double rankLoad(int rank) {
    return rankLoad[rank];
  }

  /** Returns the hottest rank; ties: the lowest. */
  int hottestRank() {
    return LayerRow.hottestRank(rankLoad);
  }

  /** Returns the load of the hottest rank. */
  double peak() {
    return rankLoad[hottestRank()];
  }

  /** Returns whether the layer's budget allows {@code more} further transfers. */
  boolean affords(int more) {
    return more <= 0 || change.moved() + more <= perLayer;
  }

  /**
   * Returns whether a rank may take an expert that it does not hold in place of one that it does:
   * its budget allows it and every expert it receives has a link of its own.
   */
  boolean mayReceive(int rank, int gives, int takes) {
    return change.heldBefore(rank, takes)
        || (change.received(rank) + change.cost(rank, gives, takes) <= perRank
            && links.suffice(rank, change.copies(rank, gives) == 1 ? gives : -1, takes));
  }

  /** Returns whether budget and links allow the row so far. */
  boolean feasible() {
    if (change.moved() > perLayer) {
      return false;
    }
    for (int rank = 0; rank < ranks; rank++) {
      if (change.received(rank) > perRank || !links.suffice(rank)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Gives every slot that holds a second copy of an expert of its rank to the hottest expert that
   * the rank may receive, unless a rank has more slots than there are experts. The kernels' repair
   * does not serve here: it has neither a budget nor links.
   *
   * @return whether no such slot is left
   */
  boolean removeDuplicates() {
    for (int slot = 0; slots <= experts && slot < ranks * slots; slot++) {
      int rank = slot / slots;
      int duplicate = change.expertAt(slot);
      if (change.copies(rank, duplicate) == 1) {
        continue;
      }
      int hottest = -1;
      for (int expert = 0; expert < experts; expert++) {
        if ((hottest < 0 || perReplica(expert) > perReplica(hottest))
            && !change.holds(rank, expert)
            && affords(change.cost(rank, duplicate, expert))
            && mayReceive(rank, duplicate, expert)) {
          hottest = expert;
        }
      }
      if (hottest < 0) {
        return false;
      }
      change.put(slot, hottest);
    }
    measure();
    return true;
  }

  private double perReplica(int expert) {
    return load[expert] / change.replicas(expert);
  }
}
