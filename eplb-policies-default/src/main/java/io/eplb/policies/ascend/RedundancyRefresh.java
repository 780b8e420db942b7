package io.eplb.policies.ascend;

import io.eplb.policies.kernel.FallingOrder;
import java.util.Arrays;

/**
 * The classic first phase of {@code swift}: gives the redundant slots anew to the experts that
 * deserve them, from their home ranks over links that are still unused; what is left goes to the
 * hottest experts, whatever their links.
 *
 * <p>Scanning slot-major (slot 0 of every rank, then slot 1, …), the first occurrence of an expert
 * is its home and every later one a redundant slot.
 */
final class RedundancyRefresh {
  private final TradedLayer layer;
  private final boolean[] seen;
  private final boolean[] redundant;
  private final int[] free;
  private final int[] home;
  private final int[] extra;
  private final int[] order;
  private final double[] share;
  private final double[] deserved;
  private final double[] rankLoad;

  private final UsedLinks links;
  private boolean filled;

  RedundancyRefresh(TradedLayer layer, UsedLinks links) {
    this.layer = layer;
    this.links = links;
    this.seen = new boolean[layer.experts];
    this.redundant = new boolean[layer.row.length];
    this.free = new int[layer.ranks];
    this.home = new int[layer.experts];
    this.extra = new int[layer.experts];
    this.order = new int[layer.experts];
    this.share = new double[layer.experts];
    this.deserved = new double[layer.experts];
    this.rankLoad = new double[layer.ranks];
  }

  /**
   * Refreshes a layer that is as in force; no link is used so far. Afterwards the layer's shares
   * are what the reference takes them for, until they are measured anew.
   *
   * @return whether every slot could be filled; if not, the layer is of no use
   */
  boolean run() {
    int slotsToGive = empty();
    // The reference lets an expert's first two replicas bear two thirds of its load each.
    ReplicaCounts.assign(layer.load, slotsToGive, layer.span, 2, share, extra);
    weighHomes();
    placeDeserved();
    filled = false;
    boolean full = fillRest();
    layer.measure();
    if (!filled) {
      layer.weigh(share);
    }
    return full;
  }

  private int empty() {
    Arrays.fill(seen, false);
    Arrays.fill(free, 0);
    int found = 0;
    for (int column = 0; column < layer.slots; column++) {
      for (int rank = 0; rank < layer.ranks; rank++) {
        int slot = rank * layer.slots + column;
        int expert = layer.row[slot];
        redundant[slot] = seen[expert];
        if (seen[expert]) {
          free[rank]++;
          found++;
        } else {
          seen[expert] = true;
          home[expert] = rank;
        }
      }
    }
    for (int slot = 0; slot < redundant.length; slot++) {
      if (redundant[slot]) {
        layer.put(slot, TradedLayer.NONE);
      }
    }
    return Math.min(found, layer.experts * (layer.span - 1));
  }

  private void weighHomes() {
    Arrays.fill(rankLoad, 0.0);
    for (int expert = 0; expert < layer.experts; expert++) {
      rankLoad[home[expert]] += share[expert];
      deserved[expert] = extra[expert] == 0 ? -1.0 : share[expert];
      order[expert] = expert;
    }
    FallingOrder.sort(order, 0, layer.experts, deserved);
  }

  private void placeDeserved() {
    for (int index = 0; index < layer.experts; index++) {
      int expert = order[index];
      for (int copy = 0; copy < extra[expert]; copy++) {
        int lightest = TradedLayer.NONE;
        for (int rank = 0; rank < layer.ranks; rank++) {
          if (free[rank] > 0
              && (lightest == TradedLayer.NONE || rankLoad[rank] < rankLoad[lightest])
              && mayReplicate(rank, expert)
              && !links.used(home[expert], rank)) {
            lightest = rank;
          }
        }
        if (lightest != TradedLayer.NONE) {
          place(lightest, expert);
          links.send(home[expert], lightest, expert);
          rankLoad[lightest] += share[expert];
        }
      }
    }
  }

  private boolean fillRest() {
    for (int rank = 0; rank < layer.ranks; rank++) {
      while (free[rank] > 0) {
        int hottest = TradedLayer.NONE;
        for (int expert = 0; expert < layer.experts; expert++) {
          if ((hottest == TradedLayer.NONE || perReplica(expert) >= perReplica(hottest))
              && mayReplicate(rank, expert)) {
            hottest = expert;
          }
        }
        if (hottest == TradedLayer.NONE) {
          return false;
        }
        place(rank, hottest);
        filled = true;
        links.send(home[hottest], rank, hottest);
      }
    }
    return true;
  }

  private double perReplica(int expert) {
    return layer.load[expert] / layer.replicas[expert];
  }

  private boolean mayReplicate(int rank, int expert) {
    return home[expert] / layer.span == rank / layer.span && !layer.holds(rank, expert);
  }

  private void place(int rank, int expert) {
    int slot = rank * layer.slots;
    while (layer.row[slot] != TradedLayer.NONE) {
      slot++;
    }
    layer.put(slot, expert);
    free[rank]--;
  }
}
