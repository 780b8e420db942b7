package io.eplb.policies.ascend;

import java.util.Arrays;

/**
 * Lowers the hottest rank by one trade after another, each time the one with the greatest fall per
 * transfer: an exchange of two experts between the hottest rank and another, or a slot of a
 * replicated expert that is given to another expert.
 *
 * <p>The fall of a trade is how far the hottest of the ranks whose load it changes stays below the
 * peak, whatever the untouched ranks bear: so two ranks that tie do not stop the descent. Ties go
 * to the trade that is found first.
 */
final class SteepestTrades {
  private final TradedLayer layer;

  /** By expert: how often the hottest rank holds it. */
  private final int[] onHottest;

  /** By slot: what it bears. */
  private final double[] bears;

  /** The slots of experts with more than one replica, in order. */
  private final int[] replicaSlots;

  private int replicaSlotCount;

  /** The best trade found: a slot, and the slot or expert it is traded for. */
  private double bestFall;

  private int bestSlot;
  private int bestOther;
  private boolean bestIsSwap;

  SteepestTrades(TradedLayer layer) {
    this.layer = layer;
    this.onHottest = new int[layer.experts];
    this.bears = new double[layer.row.length];
    this.replicaSlots = new int[layer.row.length];
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
    lookAt(hottest);
    bestFall = 0.0;
    bestSlot = TradedLayer.NONE;
    searchReplacements(hottest, most);
    searchSwaps(hottest, most);
    if (bestSlot == TradedLayer.NONE || bestFall < least) {
      return false;
    }
    if (bestIsSwap) {
      layer.swap(bestSlot, bestOther);
    } else {
      layer.put(bestSlot, bestOther);
    }
    layer.measure();
    return true;
  }

  /** Notes down what the search asks for again and again. */
  private void lookAt(int hottest) {
    Arrays.fill(onHottest, 0);
    replicaSlotCount = 0;
    for (int slot = 0; slot < bears.length; slot++) {
      int expert = layer.row[slot];
      bears[slot] = layer.share[expert];
      if (layer.replicas[expert] > 1) {
        replicaSlots[replicaSlotCount++] = slot;
      }
    }
    for (int slot = hottest * layer.slots; slot < (hottest + 1) * layer.slots; slot++) {
      onHottest[layer.row[slot]]++;
    }
  }

  private void searchSwaps(int hottest, int most) {
    int slots = layer.slots;
    double peak = layer.rankLoad[hottest];
    for (int rank = 0; rank < layer.ranks; rank++) {
      double gap = peak - layer.rankLoad[rank];
      // A swap levels its two ranks at best, and a free one counts twice; the same bound as below.
      if (rank == hottest || gap <= bestFall) {
        continue;
      }
      // Where both ranks hold what they held, the swap is two transfers.
      double scale = layer.untouched(rank) && layer.untouched(hottest) ? 0.5 : 2.0;
      if (scale * gap <= 2 * bestFall) {
        continue;
      }
      for (int slot = hottest * slots; slot < (hottest + 1) * slots; slot++) {
        int gives = layer.row[slot];
        double given = bears[slot];
        if (2 * given <= bestFall || layer.holds(rank, gives)) {
          continue;
        }
        for (int other = rank * slots; other < (rank + 1) * slots; other++) {
          double delta = given - bears[other];
          double fall = Math.min(delta, gap - delta);
          if (fall <= 0.0 || scale * fall <= bestFall) {
            continue;
          }
          int takes = layer.row[other];
          if (onHottest[takes] > 0) {
            continue;
          }
          int cost = layer.cost(rank, takes, gives) + layer.cost(hottest, gives, takes);
          if (perTransfer(fall, cost) > bestFall
              && layer.moved() + cost <= most
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
    int from = hottest * layer.slots;
    int to = from + layer.slots;
    int steepest = from;
    for (int slot = from + 1; slot < to; slot++) {
      if (lessWithOneMore(slot) > lessWithOneMore(steepest)) {
        steepest = slot;
      }
    }
    // The best candidate first, so that it spares the others most of the search.
    searchReplicaSlots(steepest, hottest, most);
    for (int slot = from; slot < to; slot++) {
      if (slot != steepest) {
        searchReplicaSlots(slot, hottest, most);
      }
      if (layer.replicas[layer.row[slot]] > 1) {
        for (int takes = 0; takes < layer.experts; takes++) {
          tryReplacement(slot, layer.row[slot], takes, hottest, most);
        }
      }
    }
  }

  /** Tries to give another rank's slot of a replicated expert to an expert of the hottest rank. */
  private void searchReplicaSlots(int hotSlot, int hottest, int most) {
    int from = hottest * layer.slots;
    int takes = layer.row[hotSlot];
    double less = onHottest[takes] * lessWithOneMore(hotSlot);
    for (int index = 0; index < replicaSlotCount && 2 * less > bestFall; index++) {
      int slot = replicaSlots[index];
      if (slot < from || slot >= from + layer.slots) {
        tryReplacement(slot, layer.row[slot], takes, hottest, most);
      }
    }
  }

  private double lessWithOneMore(int slot) {
    int expert = layer.row[slot];
    return layer.share[expert] - layer.nextShare[expert];
  }

  private void tryReplacement(int slot, int gives, int takes, int hottest, int most) {
    int rank = slot / layer.slots;
    if (gives == takes) {
      return;
    }
    double peak = layer.rankLoad[hottest];
    double takesAfter = layer.nextShare[takes];
    double less = layer.share[takes] - takesAfter;
    // Neither the hottest rank nor this one can fall further than this; most trades end here.
    double bound = peak - layer.rankLoad[rank] + layer.share[gives] - takesAfter;
    if (2 * bound <= bestFall) {
      return;
    }
    if (rank != hottest) {
      bound = Math.min(bound, onHottest[takes] * less);
    }
    // What comes to a rank that holds what it held is one transfer.
    double scale = layer.untouched(rank) ? 1.0 : 2.0;
    if (scale * bound <= bestFall || layer.holds(rank, takes)) {
      return;
    }
    int cost = layer.cost(rank, gives, takes);
    if (perTransfer(bound, cost) <= bestFall) {
      return;
    }
    double givesAfter = layer.load[gives] / (layer.replicas[gives] - 1);
    double more = givesAfter - layer.share[gives];
    // Ranks that hold the expert given up bear more, those that hold the one taken less.
    double highest = loadAfter(rank, gives, takes, more, less) - givesAfter + takesAfter;
    for (int holder = layer.firstSlot(gives);
        holder != TradedLayer.NONE;
        holder = layer.nextSlot(holder)) {
      int other = holder / layer.slots;
      if (other != rank) {
        highest = Math.max(highest, loadAfter(other, gives, takes, more, less));
        if (highest >= peak) {
          return;
        }
      }
    }
    for (int holder = layer.firstSlot(takes);
        holder != TradedLayer.NONE;
        holder = layer.nextSlot(holder)) {
      highest = Math.max(highest, loadAfter(holder / layer.slots, gives, takes, more, less));
    }
    double fall = peak - highest;
    if (perTransfer(fall, cost) > bestFall
        && layer.moved() + cost <= most
        && layer.affords(cost)
        && layer.mayReceive(rank, gives, takes)) {
      keep(perTransfer(fall, cost), slot, takes, false);
    }
  }

  private double loadAfter(int rank, int gives, int takes, double more, double less) {
    return layer.rankLoad[rank]
        + layer.copies(rank, gives) * more
        - layer.copies(rank, takes) * less;
  }

  /** A trade that transfers nothing, or takes transfers back, counts as half of one. */
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
