package io.eplb.policies.ascend;

import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;

/**
 * One layer during the trades of {@code swift}: the {@linkplain RowChange change} of its row, the
 * loads ÷ speeds of its ranks, and the trades that the budget and the {@linkplain TransferLinks
 * links} allow. Scratch of one worker.
 */
final class TradedLayer {
  private final RankCapacity capacity;
  private final int experts;
  private final RowChange change;
  private final TransferLinks links;
  private final double[] load;
  private final int perLayer;
  private final int perRank;
  private final double[] share;
  private final double[] nextShare;

  /** The load ÷ speed of each rank. */
  private final double[] rankTime;

  /**
   * @param change of the layer's row
   * @param span ranks of a domain, among which an expert may move; divides {@code ranks}
   * @param load by expert, to be filled before a layer is measured
   * @param perLayer the most transfers of a layer
   * @param perRank the most transfers to a rank
   */
  TradedLayer(
      RowChange change, RankCapacity capacity, int span, double[] load, int perLayer, int perRank) {
    this.capacity = capacity;
    this.change = change;
    this.load = load;
    this.perLayer = perLayer;
    this.perRank = perRank;
    experts = load.length;
    links = new TransferLinks(change, capacity, span);
    share = new double[experts];
    nextShare = new double[experts];
    rankTime = new double[capacity.ranks];
  }

  /** Computes shares and rank times from the row so far. */
  void measure() {
    for (int expert = 0; expert < experts; expert++) {
      share[expert] = load[expert] / change.replicas(expert);
      nextShare[expert] = load[expert] / (change.replicas(expert) + 1);
    }
    for (int rank = 0; rank < capacity.ranks; rank++) {
      double sum = 0.0;
      int end = capacity.end(rank);
      for (int slot = rank * capacity.slots; slot < end; slot++) {
        sum += share[change.expertAt(slot)];
      }
      rankTime[rank] = sum * capacity.slowness[rank];
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

  /** Returns the load ÷ speed of a rank. */
  double rankTime(int rank) {
    return rankTime[rank];
  }

  /** Returns the hottest rank; ties: the lowest. */
  int hottestRank() {
    return LayerRow.hottestRank(rankTime);
  }

  /** Returns the load ÷ speed of the hottest rank. */
  double peak() {
    return rankTime[hottestRank()];
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
    for (int rank = 0; rank < capacity.ranks; rank++) {
      if (change.received(rank) > perRank || !links.suffice(rank)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Gives every slot that holds a second copy of an expert of its rank to the hottest expert that
   * the rank may receive, unless the rank can use more slots than there are experts. The kernels'
   * repair does not serve here: it has neither a budget nor links.
   *
   * @return whether no such slot is left
   */
  boolean removeDuplicates() {
    for (int rank = 0; rank < capacity.ranks; rank++) {
      int end = capacity.usable[rank] > experts ? 0 : capacity.end(rank);
      for (int slot = rank * capacity.slots; slot < end; slot++) {
        if (change.copies(rank, change.expertAt(slot)) > 1 && !removeDuplicate(rank, slot)) {
          return false;
        }
      }
    }
    measure();
    return true;
  }

  private boolean removeDuplicate(int rank, int slot) {
    int duplicate = change.expertAt(slot);
    int hottest = -1;
    for (int expert = 0; expert < experts; expert++) {
      if ((hottest < 0 || perReplica(expert) > perReplica(hottest))
          && !change.holds(rank, expert)
          && affords(change.cost(rank, duplicate, expert))
          && mayReceive(rank, duplicate, expert)) {
        hottest = expert;
      }
    }
    if (hottest >= 0) {
      change.put(slot, hottest);
    }
    return hottest >= 0;
  }

  private double perReplica(int expert) {
    return load[expert] / change.replicas(expert);
  }
}
