package io.eplb.policies.ascend;

import io.eplb.policies.kernel.FallingOrder;
import io.eplb.policies.kernel.LayerRow;
import java.util.Arrays;

/**
 * The procedure of {@code SwiftBalanceEplb} for one layer, with its faults, in three phases. It
 * assigns the redundant slots anew by load per replica, from the experts' home ranks over unused
 * links. It fills the slots left with the hottest experts, without regard to links. It swaps
 * experts between the hottest rank and the others, coolest first, over unused links.
 *
 * <p>Example: in {@code 0 1 | 2 0} with loads 4, 1 and 3, the last slot is redundant. Expert 0 has
 * the largest load and gets the slot again. That uses the link from rank 0 to rank 1, so no swap
 * follows. The procedure believes that each replica of 0 bears 4 × 2 ÷ 3 and that the peak is 5.67;
 * the real peak is 5.
 *
 * <p>Scanning slot-major (slot 0 of every rank, then slot 1, …), the first occurrence of an expert
 * is its home and every later one a redundant slot. Among equals the higher index deserves a
 * replica, the lower expert is placed first, and the lower rank receives it.
 *
 * <p>Scratch of one worker.
 */
final class ReferenceProcedure {
  private static final int NONE = -1;

  private final int ranks;
  private final int slots;

  /** The ranks of a domain: an expert may move between ranks of equal {@code rank / span}. */
  private final int span;

  private final int[] row;
  private final int[] replicas;
  private final int[] home;
  private final int[] extra;
  private final int[] order;
  private final int[] coolest;
  private final int[] free;
  private final double[] share;
  private final double[] deserved;
  private final double[] rankLoad;
  private final double[] coolness;

  /** The experts that each rank was given, and the ranks that they came from; ranks × slots. */
  private final int[] received;

  private final int[] senders;
  private final int[] given;
  private double[] load;
  private int bestSlot;
  private int bestOther;

  ReferenceProcedure(int ranks, int slots, int experts, int span) {
    this.ranks = ranks;
    this.slots = slots;
    this.span = span;
    row = new int[ranks * slots];
    replicas = new int[experts];
    home = new int[experts];
    extra = new int[experts];
    order = new int[experts];
    coolest = new int[ranks];
    free = new int[ranks];
    share = new double[experts];
    deserved = new double[experts];
    rankLoad = new double[ranks];
    coolness = new double[ranks];
    received = new int[row.length];
    senders = new int[row.length];
    given = new int[ranks];
    load = share;
  }

  /**
   * Makes a row.
   *
   * @param before the row in force
   * @param loads by expert
   * @param least the least fall of two ranks' peak that is worth a swap, above 0
   * @param mostSwaps swaps at most
   * @return the hottest rank's load as the reference believes it to be; infinite if some slots can
   *     take no expert; these keep the experts that they held
   */
  double run(int[] before, double[] loads, double least, int mostSwaps) {
    load = loads;
    Arrays.fill(given, 0);
    int redundant = keepHomes(before);
    // The reference lets an expert's first two replicas bear two thirds of its load each.
    ReplicaCounts.assign(load, redundant, span, 2, share, extra);
    placeDeserved();
    if (!fillRest()) {
      for (int slot = 0; slot < row.length; slot++) {
        row[slot] = row[slot] == NONE ? before[slot] : row[slot];
      }
      return Double.POSITIVE_INFINITY;
    }
    for (int rank = 0; rank < ranks; rank++) {
      sum(rank);
    }
    for (int swaps = 0; swaps < mostSwaps && swap(least); swaps++) {
      sum(bestSlot / slots);
      sum(bestOther / slots);
    }
    return rankLoad[LayerRow.hottestRank(rankLoad)];
  }

  /** Returns the row made last; the next run overwrites it. */
  int[] row() {
    return row;
  }

  /** Empties the redundant slots and returns the number of replicas to assign to them. */
  private int keepHomes(int[] before) {
    Arrays.fill(home, NONE);
    Arrays.fill(row, NONE);
    Arrays.fill(replicas, 1);
    Arrays.fill(free, 0);
    int redundant = 0;
    for (int column = 0; column < slots; column++) {
      for (int rank = 0; rank < ranks; rank++) {
        int slot = rank * slots + column;
        int expert = before[slot];
        if (home[expert] == NONE) {
          home[expert] = rank;
          row[slot] = expert;
        } else {
          free[rank]++;
          redundant++;
        }
      }
    }
    return Math.min(redundant, home.length * (span - 1));
  }

  private void placeDeserved() {
    Arrays.fill(rankLoad, 0.0);
    for (int expert = 0; expert < home.length; expert++) {
      rankLoad[home[expert]] += share[expert];
      deserved[expert] = extra[expert] == 0 ? -1.0 : share[expert];
      order[expert] = expert;
    }
    FallingOrder.sort(order, 0, order.length, deserved);
    for (int expert : order) {
      for (int copy = 0; copy < extra[expert]; copy++) {
        int lightest = NONE;
        for (int rank = 0; rank < ranks; rank++) {
          if (free[rank] > 0
              && (lightest == NONE || rankLoad[rank] < rankLoad[lightest])
              && mayReplicate(rank, expert)
              && !used(home[expert], rank)) {
            lightest = rank;
          }
        }
        if (lightest != NONE) {
          place(lightest, expert);
          rankLoad[lightest] += share[expert];
        }
      }
    }
  }

  /** Fills the slots left; returns false if no expert may take one of them. */
  private boolean fillRest() {
    boolean filled = false;
    for (int rank = 0; rank < ranks; rank++) {
      while (free[rank] > 0) {
        int hottest = NONE;
        for (int expert = 0; expert < home.length; expert++) {
          if ((hottest == NONE || perReplica(expert) >= perReplica(hottest))
              && mayReplicate(rank, expert)) {
            hottest = expert;
          }
        }
        if (hottest == NONE) {
          return false;
        }
        place(rank, hottest);
        filled = true;
      }
    }
    // The reference divides an expert's load by its replicas in this case only.
    for (int expert = 0; filled && expert < home.length; expert++) {
      share[expert] = perReplica(expert);
    }
    return true;
  }

  private double perReplica(int expert) {
    return load[expert] / replicas[expert];
  }

  private boolean mayReplicate(int rank, int expert) {
    return home[expert] / span == rank / span && !holds(rank, expert);
  }

  private void place(int rank, int expert) {
    int slot = rank * slots;
    while (row[slot] != NONE) {
      slot++;
    }
    row[slot] = expert;
    replicas[expert]++;
    free[rank]--;
    send(home[expert], rank, expert);
  }

  /** Makes one swap of two slots on different ranks; returns false if none is worth it. */
  private boolean swap(double least) {
    for (int rank = 0; rank < ranks; rank++) {
      coolest[rank] = rank;
      coolness[rank] = -rankLoad[rank];
    }
    FallingOrder.sort(coolest, 0, ranks, coolness);
    int hottest = coolest[ranks - 1];
    for (int index = 0; index < ranks - 1; index++) {
      int rank = coolest[index];
      if (hottest / span == rank / span
          && !used(hottest, rank)
          && !used(rank, hottest)
          && findPair(hottest, rank, least)) {
        int expert = row[bestSlot];
        row[bestSlot] = row[bestOther];
        row[bestOther] = expert;
        send(hottest, rank, expert);
        send(rank, hottest, row[bestSlot]);
        return true;
      }
    }
    return false;
  }

  private boolean findPair(int hottest, int rank, double least) {
    double gap = rankLoad[hottest] - rankLoad[rank];
    double best = 0.0;
    for (int slot = hottest * slots; slot < (hottest + 1) * slots; slot++) {
      int gives = row[slot];
      if (holds(rank, gives) || wasGiven(hottest, gives)) {
        continue;
      }
      for (int other = rank * slots; other < (rank + 1) * slots; other++) {
        int takes = row[other];
        double delta = share[gives] - share[takes];
        double fall = Math.min(delta, gap - delta);
        if (fall > best && fall >= least && !holds(hottest, takes) && !wasGiven(rank, takes)) {
          best = fall;
          bestSlot = slot;
          bestOther = other;
        }
      }
    }
    return best > 0.0;
  }

  private void sum(int rank) {
    double sum = 0.0;
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      sum += share[row[slot]];
    }
    rankLoad[rank] = sum;
  }

  private boolean holds(int rank, int expert) {
    return LayerRow.holds(row, rank * slots, (rank + 1) * slots, expert);
  }

  private void send(int from, int to, int expert) {
    int index = to * slots + given[to]++;
    received[index] = expert;
    senders[index] = from;
  }

  private boolean used(int from, int to) {
    return LayerRow.holds(senders, to * slots, to * slots + given[to], from);
  }

  private boolean wasGiven(int rank, int expert) {
    return LayerRow.holds(received, rank * slots, rank * slots + given[rank], expert);
  }
}
