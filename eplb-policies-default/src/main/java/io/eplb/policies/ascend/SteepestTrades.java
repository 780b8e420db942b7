package io.eplb.policies.ascend;

import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * Lowers the hottest rank by one trade after another, each time the one with the greatest fall per
 * transfer: an exchange of two experts between the hottest rank and another, or a slot of a
 * replicated expert that is given to another expert.
 *
 * <p>A rank is as hot as its load ÷ speed. The fall of a trade is the distance from the peak to the
 * hottest of the ranks whose load it changes. The other ranks do not count, so two equally hot
 * ranks do not stop the descent. Example: with rank loads 10, 10 and 4, a swap that turns one 10
 * and the 4 into 8 and 6 has a fall of 2, although the peak is still 10. Among equal trades the
 * first one found wins.
 */
final class SteepestTrades {
  private static final int NONE = -1;

  private final TradedLayer layer;
  private final RowChange change;
  private final RankCapacity capacity;
  private final double[] slowness;
  private final int slots;
  private final int experts;

  /** The number of copies of each expert on the hottest rank. */
  private final int[] onHottest;

  /** The load of each slot. */
  private final double[] bears;

  /** The load ÷ speed of each slot. */
  private final double[] times;

  /** The ranks that hold the expert about to take a slot. */
  private final boolean[] holdsTaken;

  /** The rank of each slot. */
  private final int[] rankOf;

  /** The slots of experts with more than one replica, in order. */
  private final int[] replicaSlots;

  private int replicaSlotCount;

  /** The best trade found: a slot, and the slot or expert it is traded for. */
  private double bestFall;

  private int bestSlot;
  private int bestOther;
  private boolean bestIsSwap;

  SteepestTrades(TradedLayer layer, RowChange change, RankCapacity capacity, int experts) {
    this.layer = layer;
    this.change = change;
    this.capacity = capacity;
    this.slowness = capacity.slowness;
    this.slots = capacity.slots;
    this.experts = experts;
    this.onHottest = new int[experts];
    this.bears = new double[capacity.ranks * slots];
    this.times = new double[bears.length];
    this.holdsTaken = new boolean[capacity.ranks];
    this.rankOf = new int[bears.length];
    for (int slot = 0; slot < rankOf.length; slot++) {
      rankOf[slot] = slot / slots;
    }
    this.replicaSlots = new int[bears.length];
  }

  /**
   * Makes the steepest trade.
   *
   * @param least the least fall per transfer that is worth a trade, above 0
   * @param most the most transfers of the layer after the trade
   * @return whether there was one
   */
  boolean step(double least, int most) {
    int hottest = layer.hottestRank();
    prepare(hottest);
    bestFall = 0.0;
    bestSlot = NONE;
    searchReplacements(hottest, most);
    searchSwaps(hottest, most);
    if (bestSlot == NONE || bestFall < least) {
      return false;
    }
    if (bestIsSwap) {
      change.swap(bestSlot, bestOther);
    } else {
      change.put(bestSlot, bestOther);
    }
    layer.measure();
    return true;
  }

  /** Computes the values that the search reads repeatedly. */
  private void prepare(int hottest) {
    Arrays.fill(onHottest, 0);
    replicaSlotCount = 0;
    for (int rank = 0; rank < capacity.ranks; rank++) {
      int end = capacity.end(rank);
      for (int slot = rank * slots; slot < end; slot++) {
        int expert = change.expertAt(slot);
        bears[slot] = layer.share(expert);
        times[slot] = bears[slot] * slowness[rank];
        if (change.replicas(expert) > 1) {
          replicaSlots[replicaSlotCount++] = slot;
        }
      }
    }
    for (int slot = hottest * slots; slot < capacity.end(hottest); slot++) {
      onHottest[change.expertAt(slot)]++;
    }
  }

  private void searchSwaps(int hottest, int most) {
    double peak = layer.rankTime(hottest);
    double slowHot = slowness[hottest];
    int hotEnd = capacity.end(hottest);
    for (int rank = 0; rank < capacity.ranks; rank++) {
      double slow = slowness[rank];
      double gap = peak - layer.rankTime(rank);
      // A swap falls by at most half of the reach, which is the gap if both ranks are equally fast,
      // and counts twice if it transfers nothing.
      double reach = gap * (2.0 * slowHot / (slowHot + slow));
      if (rank == hottest || reach <= bestFall) {
        continue;
      }
      // If both ranks still hold their experts of the row in force, the swap is two transfers.
      double scale = change.received(rank) == 0 && change.received(hottest) == 0 ? 0.5 : 2.0;
      if (scale * reach <= 2 * bestFall) {
        continue;
      }
      int end = capacity.end(rank);
      for (int slot = hottest * slots; slot < hotEnd; slot++) {
        int gives = change.expertAt(slot);
        double given = bears[slot];
        if (2 * given * slowHot <= bestFall) {
          continue;
        }
        for (int other = rank * slots; other < end; other++) {
          double delta = given - bears[other];
          double fall = Math.min(delta * slowHot, gap - delta * slow);
          if (fall <= 0.0 || scale * fall <= bestFall) {
            continue;
          }
          int takes = change.expertAt(other);
          if (onHottest[takes] > 0) {
            continue;
          }
          if (change.holds(rank, gives)) {
            break;
          }
          int cost = change.cost(rank, takes, gives) + change.cost(hottest, gives, takes);
          if (perTransfer(fall, cost) > bestFall
              && change.moved() + cost <= most
              && layer.affords(cost)
              && layer.mayReceive(hottest, gives, takes)
              && layer.mayReceive(rank, takes, gives)) {
            keep(perTransfer(fall, cost), slot, other, true);
          }
        }
      }
    }
  }

  private void searchReplacements(int hottest, int most) {
    int from = hottest * slots;
    int to = capacity.end(hottest);
    int steepest = from;
    for (int slot = from + 1; slot < to; slot++) {
      if (lessWithOneMore(slot) > lessWithOneMore(steepest)) {
        steepest = slot;
      }
    }
    // The best candidate comes first: its fall excludes most of the others.
    searchReplicaSlots(steepest, hottest, most);
    for (int slot = from; slot < to; slot++) {
      if (slot != steepest) {
        searchReplicaSlots(slot, hottest, most);
      }
      if (change.replicas(change.expertAt(slot)) > 1) {
        for (int takes = 0; takes < experts; takes++) {
          if (onHottest[takes] == 0) {
            tryReplacement(slot, takes, hottest, most);
          }
        }
      }
    }
  }

  /** Tries to give another rank's slot of a replicated expert to an expert of the hottest rank. */
  private void searchReplicaSlots(int hotSlot, int hottest, int most) {
    int takes = change.expertAt(hotSlot);
    markHolders(takes, true);
    double less = onHottest[takes] * lessWithOneMore(hotSlot) * slowness[hottest];
    for (int index = 0; index < replicaSlotCount && 2 * less > bestFall; index++) {
      int slot = replicaSlots[index];
      if (!holdsTaken[rankOf[slot]]) {
        tryReplacement(slot, takes, hottest, most);
      }
    }
    markHolders(takes, false);
  }

  private void markHolders(int expert, boolean mark) {
    HolderLists holders = change.held();
    for (int slot = holders.first(expert); slot != HolderLists.NONE; slot = holders.next(slot)) {
      holdsTaken[rankOf[slot]] = mark;
    }
  }

  private double lessWithOneMore(int slot) {
    int expert = change.expertAt(slot);
    return layer.share(expert) - layer.nextShare(expert);
  }

  /** Tries to give a slot of a replicated expert to one that its rank does not hold. */
  private void tryReplacement(int slot, int takes, int hottest, int most) {
    int rank = rankOf[slot];
    double slow = slowness[rank];
    double peak = layer.rankTime(hottest);
    double takesAfter = layer.nextShare(takes);
    // The fall cannot be greater than this; most trades end here.
    double bound = peak - layer.rankTime(rank) + times[slot] - takesAfter * slow;
    if (2 * bound <= bestFall) {
      return;
    }
    weighReplacement(slot, takes, hottest, most, bound);
  }

  /** Weighs a replacement whose fall is at most {@code bound}; apart, so that most end inlined. */
  private void weighReplacement(int slot, int takes, int hottest, int most, double bound) {
    int rank = rankOf[slot];
    double slow = slowness[rank];
    double peak = layer.rankTime(hottest);
    double takesAfter = layer.nextShare(takes);
    double less = layer.share(takes) - takesAfter;
    int gives = change.expertAt(slot);
    if (rank != hottest) {
      bound = Math.min(bound, onHottest[takes] * less * slowness[hottest]);
    }
    // If the rank still holds its experts of the row in force, a newcomer is one transfer.
    double scale = change.received(rank) == 0 ? 1.0 : 2.0;
    if (scale * bound <= bestFall) {
      return;
    }
    int cost = change.cost(rank, gives, takes);
    if (perTransfer(bound, cost) <= bestFall) {
      return;
    }
    double givesAfter = layer.load(gives) / (change.replicas(gives) - 1);
    double more = givesAfter - layer.share(gives);
    // Ranks that hold the expert given up bear more; those that hold the expert taken bear less.
    double highest =
        timeAfter(rank, gives, takes, more, less) - givesAfter * slow + takesAfter * slow;
    HolderLists holders = change.held();
    for (int holder = holders.first(gives); holder != NONE; holder = holders.next(holder)) {
      int other = rankOf[holder];
      if (other != rank) {
        double slowOther = slowness[other];
        double time = layer.rankTime(other) + change.copies(other, gives) * more * slowOther;
        if (time > highest) {
          highest = Math.max(highest, time - change.copies(other, takes) * less * slowOther);
          if (highest >= peak) {
            return;
          }
        }
      }
    }
    for (int holder = holders.first(takes); holder != NONE; holder = holders.next(holder)) {
      // Holders of both experts have been examined; the others bear less than before.
      if (layer.rankTime(rankOf[holder]) > highest) {
        highest = Math.max(highest, timeAfter(rankOf[holder], gives, takes, more, less));
      }
    }
    double fall = peak - highest;
    if (perTransfer(fall, cost) > bestFall
        && change.moved() + cost <= most
        && layer.affords(cost)
        && layer.mayReceive(rank, gives, takes)) {
      keep(perTransfer(fall, cost), slot, takes, false);
    }
  }

  private double timeAfter(int rank, int gives, int takes, double more, double less) {
    double slow = slowness[rank];
    return layer.rankTime(rank)
        + change.copies(rank, gives) * more * slow
        - change.copies(rank, takes) * less * slow;
  }

  /** Returns the fall per transfer; a cost of 0 or less counts as half a transfer. */
  private static double perTransfer(double fall, int cost) {
    return cost > 0 ? fall / cost : 2 * fall;
  }

  private void keep(double fall, int slot, int other, boolean swap) {
    bestFall = fall;
    bestSlot = slot;
    bestOther = other;
    bestIsSwap = swap;
  }
}
