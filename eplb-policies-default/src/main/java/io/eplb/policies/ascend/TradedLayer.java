package io.eplb.policies.ascend;

import java.util.Arrays;

/**
 * One layer while {@code swift} trades experts between its ranks: the row in force, the row so far,
 * and what turning the one into the other transfers. Mutable scratch, reused from layer to layer.
 *
 * <p>A transfer is an expert that a rank holds in the row so far and not in the row in force, so an
 * expert that returns, or is displaced again, costs nothing. A link is an ordered pair of ranks and
 * may carry one expert per layer: {@link #mayReceive} assigns to each expert that a rank receives a
 * rank of its own to come from, among those that hold it in the row in force.
 *
 * <p>Both rows keep their slots in one list per expert, by slot number.
 */
final class TradedLayer {
  static final int NONE = -1;

  final int ranks;
  final int slots;
  final int experts;
  final int[] before;
  final int[] row;
  final int[] replicas;
  final double[] load;
  final double[] share;

  /** The share that an expert would have with one replica more. */
  final double[] nextShare;

  final double[] rankLoad;

  /** Ranks among which an expert may travel: {@code rank / span} is equal for both ends. */
  final int span;

  private final int perLayer;
  private final int perRank;
  private final int[] beforeFirst;
  private final int[] beforeNext;
  private final int[] first;
  private final int[] next;
  private final int[] received;
  private int moved;

  /** Scratch for the assignment of links: the expert that a rank sends, valid with this stamp. */
  private final int[] sends;

  private final int[] sendsStamp;
  private final int[] visitedStamp;
  private int stamp;

  /**
   * @param span ranks among which an expert may travel; divides {@code ranks}
   * @param perLayer the most transfers of a layer
   * @param perRank the most transfers to a rank
   */
  TradedLayer(int ranks, int slots, int experts, int span, int perLayer, int perRank) {
    this.ranks = ranks;
    this.slots = slots;
    this.experts = experts;
    this.span = span;
    this.perLayer = perLayer;
    this.perRank = perRank;
    this.before = new int[ranks * slots];
    this.row = new int[ranks * slots];
    this.replicas = new int[experts];
    this.load = new double[experts];
    this.share = new double[experts];
    this.nextShare = new double[experts];
    this.rankLoad = new double[ranks];
    this.beforeFirst = new int[experts];
    this.beforeNext = new int[ranks * slots];
    this.first = new int[experts];
    this.next = new int[ranks * slots];
    this.received = new int[ranks];
    this.sends = new int[ranks];
    this.sendsStamp = new int[ranks];
    this.visitedStamp = new int[ranks];
  }

  /** Starts over from {@link #before} and {@link #load}, which the caller has filled. */
  void reset() {
    System.arraycopy(before, 0, row, 0, row.length);
    Arrays.fill(beforeFirst, NONE);
    Arrays.fill(replicas, 0);
    Arrays.fill(received, 0);
    moved = 0;
    if (stamp > Integer.MAX_VALUE / 2) {
      Arrays.fill(sendsStamp, 0);
      Arrays.fill(visitedStamp, 0);
      stamp = 0;
    }
    for (int slot = row.length - 1; slot >= 0; slot--) {
      int expert = row[slot];
      replicas[expert]++;
      beforeNext[slot] = beforeFirst[expert];
      beforeFirst[expert] = slot;
    }
    System.arraycopy(beforeFirst, 0, first, 0, experts);
    System.arraycopy(beforeNext, 0, next, 0, row.length);
    measure();
  }

  /** Recomputes shares and rank loads from the row so far; an emptied slot bears nothing. */
  void measure() {
    for (int expert = 0; expert < experts; expert++) {
      share[expert] = replicas[expert] == 0 ? 0.0 : load[expert] / replicas[expert];
      nextShare[expert] = load[expert] / (replicas[expert] + 1);
    }
    sum();
  }

  /** Takes over what a replica of each expert is said to bear, and recomputes the rank loads. */
  void weigh(double[] shares) {
    System.arraycopy(shares, 0, share, 0, experts);
    sum();
  }

  /** Recomputes the rank loads from the row so far and the shares as they are. */
  void sum() {
    for (int rank = 0; rank < ranks; rank++) {
      double sum = 0.0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (row[slot] != NONE) {
          sum += share[row[slot]];
        }
      }
      rankLoad[rank] = sum;
    }
  }

  /** Returns the transfers that the row so far takes. */
  int moved() {
    return moved;
  }

  /** Returns whether a rank holds what it held in the row in force; duplicates count once. */
  boolean untouched(int rank) {
    return received[rank] == 0;
  }

  /** Returns the hottest rank; ties: the lowest. */
  int hottestRank() {
    int hottest = 0;
    for (int rank = 1; rank < ranks; rank++) {
      if (rankLoad[rank] > rankLoad[hottest]) {
        hottest = rank;
      }
    }
    return hottest;
  }

  double peak() {
    return rankLoad[hottestRank()];
  }

  /** Returns whether a rank holds an expert in the row so far. */
  boolean holds(int rank, int expert) {
    return listed(rank, first[expert], next);
  }

  /** Returns whether a rank holds an expert in the row in force. */
  boolean held(int rank, int expert) {
    return listed(rank, beforeFirst[expert], beforeNext);
  }

  private boolean listed(int rank, int head, int[] following) {
    int from = rank * slots;
    for (int slot = head; slot != NONE; slot = following[slot]) {
      if (slot >= from && slot - from < slots) {
        return true;
      }
    }
    return false;
  }

  /** Returns how often a rank holds an expert in the row so far. */
  int copies(int rank, int expert) {
    int from = rank * slots;
    int copies = 0;
    for (int slot = first[expert]; slot != NONE; slot = next[slot]) {
      if (slot >= from && slot - from < slots) {
        copies++;
      }
    }
    return copies;
  }

  /** Returns the first slot that holds an expert in the row so far, or {@link #NONE}. */
  int firstSlot(int expert) {
    return first[expert];
  }

  /** Returns the next slot that holds the same expert, or {@link #NONE}. */
  int nextSlot(int slot) {
    return next[slot];
  }

  /** Puts an expert, or {@link #NONE}, into a slot. Loads are as before until {@link #measure}. */
  void put(int slot, int expert) {
    int rank = slot / slots;
    int old = row[slot];
    if (old == expert) {
      return;
    }
    if (old != NONE) {
      unlink(slot, old);
      replicas[old]--;
      if (!held(rank, old) && !holds(rank, old)) {
        received[rank]--;
        moved--;
      }
    }
    row[slot] = expert;
    if (expert != NONE) {
      if (!held(rank, expert) && !holds(rank, expert)) {
        received[rank]++;
        moved++;
      }
      next[slot] = first[expert];
      first[expert] = slot;
      replicas[expert]++;
    }
  }

  private void unlink(int slot, int expert) {
    if (first[expert] == slot) {
      first[expert] = next[slot];
      return;
    }
    int previous = first[expert];
    while (next[previous] != slot) {
      previous = next[previous];
    }
    next[previous] = next[slot];
  }

  /** Exchanges the experts of two slots. */
  void swap(int slot, int other) {
    int expert = row[slot];
    put(slot, row[other]);
    put(other, expert);
  }

  /**
   * Returns the transfers, −1 to 1, that it costs if a rank gives up one copy of an expert for an
   * expert that it does not hold.
   *
   * @param gives an expert of the rank, or {@link #NONE}
   */
  int cost(int rank, int gives, int takes) {
    int cost = held(rank, takes) ? 0 : 1;
    return gives == NONE || held(rank, gives) || copies(rank, gives) > 1 ? cost : cost - 1;
  }

  /** Returns whether the layer's budget allows so many transfers more (or fewer). */
  boolean affords(int more) {
    return more <= 0 || moved + more <= perLayer;
  }

  /**
   * Returns whether a rank may take an expert that it does not hold, in place of {@code gives} or
   * into an empty slot: its budget allows it and every expert it receives has a link of its own.
   */
  boolean mayReceive(int rank, int gives, int takes) {
    if (held(rank, takes)) {
      return true;
    }
    if (received[rank] + cost(rank, gives, takes) > perRank) {
      return false;
    }
    stamp += 1;
    int assigned = stamp;
    int leaves = gives != NONE && copies(rank, gives) == 1 ? gives : NONE;
    for (int slot = rank * slots; received[rank] > 0 && slot < (rank + 1) * slots; slot++) {
      int expert = row[slot];
      if (expert != NONE
          && expert != leaves
          && !held(rank, expert)
          && firstOnRank(slot, rank, expert)) {
        stamp += 1;
        assign(rank, expert, assigned, stamp);
      }
    }
    stamp += 1;
    return assign(rank, takes, assigned, stamp);
  }

  /**
   * Returns whether the row so far may be carried out: it is within the budget, and every expert
   * that a rank receives has a link of its own.
   */
  boolean feasible() {
    if (moved > perLayer) {
      return false;
    }
    for (int rank = 0; rank < ranks; rank++) {
      if (received[rank] > perRank || !linksSuffice(rank)) {
        return false;
      }
    }
    return true;
  }

  private boolean linksSuffice(int rank) {
    stamp += 1;
    int assigned = stamp;
    for (int slot = rank * slots; received[rank] > 0 && slot < (rank + 1) * slots; slot++) {
      int expert = row[slot];
      if (!held(rank, expert) && firstOnRank(slot, rank, expert)) {
        stamp += 1;
        if (!assign(rank, expert, assigned, stamp)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean firstOnRank(int slot, int rank, int expert) {
    for (int earlier = rank * slots; earlier < slot; earlier++) {
      if (row[earlier] == expert) {
        return false;
      }
    }
    return true;
  }

  /**
   * Finds a source for an expert, moving others to other sources where needed (Kuhn's augmenting
   * path): the depth is at most the number of ranks that hold a received expert.
   */
  private boolean assign(int rank, int expert, int assigned, int visit) {
    for (int slot = beforeFirst[expert]; slot != NONE; slot = beforeNext[slot]) {
      int source = slot / slots;
      if (source / span != rank / span || visitedStamp[source] == visit) {
        continue;
      }
      visitedStamp[source] = visit;
      if (sendsStamp[source] != assigned || assign(rank, sends[source], assigned, visit)) {
        sendsStamp[source] = assigned;
        sends[source] = expert;
        return true;
      }
    }
    return false;
  }

  /**
   * Gives every slot that holds a second copy of an expert of its rank to the hottest expert that
   * the rank may receive, unless a rank has more slots than there are experts.
   *
   * @return whether no such slot is left
   */
  boolean removeDuplicates() {
    if (slots > experts) {
      return true;
    }
    for (int slot = 0; slot < row.length; slot++) {
      int rank = slot / slots;
      if (copies(rank, row[slot]) == 1) {
        continue;
      }
      int hottest = NONE;
      for (int expert = 0; expert < experts; expert++) {
        if ((hottest == NONE || load[expert] / replicas[expert] > load[hottest] / replicas[hottest])
            && !holds(rank, expert)
            && affords(cost(rank, NONE, expert))
            && mayReceive(rank, NONE, expert)) {
          hottest = expert;
        }
      }
      if (hottest == NONE) {
        return false;
      }
      put(slot, hottest);
    }
    measure();
    return true;
  }

  /** Copies the row so far. */
  void copyRow(int[] destination) {
    System.arraycopy(row, 0, destination, 0, row.length);
  }
}
