package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.FallingOrder;
import java.util.Arrays;

/**
 * The ring of a layer that has none. The hottest experts get further replicas on neighbours of
 * their rank until every pair of neighbours shares one, or as many as there are redundant slots;
 * with more slots, pairs share several. A pair without a hot expert on either rank gets the hottest
 * that is left. The other experts stay where they are unless they have to make room.
 *
 * <p>Experts that belong to a node stay there: each node then has a chain of its own ranks.
 */
final class RingLinks {
  /** Loads in the choice of replicas are divided by their number to this power. */
  private static final double REPLICA_POWER = 2.0;

  /** The most load of a replica, in mean loads of a rank: the rank holds other experts as well. */
  private static final double MOST_PER_REPLICA = 0.75;

  private final LivingRanks ranks;
  private final LoadForecast forecast;
  private final int experts;
  private final int redundant;
  private final int[] order;
  private final double[] loads;

  /** The first rank of each expert, and the number of ranks from there on. */
  private final int[] first;

  private final int[] length;

  /** The experts that a rank shares with the next. */
  private final int[] links;

  private final int[] size;
  private final double[] rankLoads;
  private final int[] homeless;
  private int homelessCount;

  /** The part of the ring that an expert of a rank may not leave: its node, or all ranks. */
  private final int[] part;

  /** The slots of each part that no expert needs. */
  private final int[] spare;

  /**
   * Creates the memory for layers on the same ranks.
   *
   * @param keepsNodes whether experts stay on their nodes
   */
  RingLinks(LivingRanks ranks, LoadForecast forecast, boolean keepsNodes) {
    this.ranks = ranks;
    this.forecast = forecast;
    this.experts = ranks.topology().experts();
    this.redundant = ranks.slots() - experts;
    this.order = new int[experts];
    this.loads = new double[experts];
    this.first = new int[experts];
    this.length = new int[experts];
    this.links = new int[ranks.ranks()];
    this.size = new int[ranks.ranks()];
    this.rankLoads = new double[ranks.ranks()];
    this.homeless = new int[experts];
    this.part = new int[ranks.ranks()];
    for (int rank = 0; rank < part.length; rank++) {
      part[rank] = keepsNodes ? ranks.node(rank) : 0;
    }
    this.spare = new int[ranks.topology().nodes()];
  }

  /**
   * Builds a ring.
   *
   * @param row the experts of the usable slots
   * @param to result: the same with a ring
   * @return whether all replicas found a place
   */
  boolean build(int[] row, int[] to) {
    if (links.length < 2 || redundant == 0) {
      return false;
    }
    start(row);
    linkNearby();
    linkRest();
    return shed() && settle() && fill(to);
  }

  private void start(int[] row) {
    Arrays.fill(first, -1);
    Arrays.fill(length, 1);
    Arrays.fill(links, 0);
    for (int rank = 0; rank < size.length; rank++) {
      for (int slot = ranks.from(rank); slot < ranks.from(rank + 1); slot++) {
        if (first[row[slot]] < 0) {
          first[row[slot]] = rank;
        }
      }
    }
    Arrays.fill(spare, 0);
    for (int rank = 0; rank < part.length; rank++) {
      spare[part[rank]] += slots(rank);
    }
    for (int expert = 0; expert < experts; expert++) {
      spare[part[first[expert]]]--;
      order[expert] = expert;
      loads[expert] = forecast.mean(expert);
    }
    FallingOrder.sort(order, 0, experts, loads);
  }

  /** Gives experts replicas next to where they are, the hottest first. */
  private void linkNearby() {
    int hot = Math.min(experts, redundant);
    for (int i = 0; i < hot; i++) {
      while (loads[order[i]] > MOST_PER_REPLICA * length[order[i]]
          && extend(order[i], Integer.MAX_VALUE)) {
        // Each replica has to fit onto a rank, whatever the pair shares already.
      }
    }
    int laps = (redundant + links.length - 1) / links.length;
    for (int lap = 1; lap <= laps; lap++) {
      for (int i = 0; i < hot; i++) {
        if (isWorth(order[i])) {
          extend(order[i], lap);
        }
      }
    }
  }

  /** Gives one expert another replica on one of its sides if that pair shares too few. */
  private boolean extend(int expert, int enough) {
    if (spare[part[first[expert]]] <= 0 || length[expert] + 1 >= links.length) {
      return false;
    }
    int last = (first[expert] + length[expert] - 1) % links.length;
    int left = before(first[expert]);
    boolean toRight = joins(last) && links[last] < enough;
    boolean toLeft = joins(left) && links[left] < enough;
    if (toRight && (!toLeft || links[last] <= links[left])) {
      link(expert, first[expert], last);
    } else if (toLeft) {
      link(expert, left, left);
    }
    return toRight || toLeft;
  }

  private void link(int expert, int newFirst, int pair) {
    first[expert] = newFirst;
    length[expert]++;
    links[pair]++;
    spare[part[newFirst]]--;
  }

  /** Returns whether a rank and the next are of one part. */
  private boolean joins(int rank) {
    return part[rank] == part[after(rank)];
  }

  /** Returns whether another replica is worth more here than a second one of a colder expert. */
  private boolean isWorth(int expert) {
    return length[expert] == 1
        || loads[expert] / Math.pow(length[expert], REPLICA_POWER)
            >= loads[order[Math.min(experts - 1, redundant)]];
  }

  /** Links the pairs that share fewest by the hottest experts without replicas. */
  private void linkRest() {
    for (int pair = fewest(); pair >= 0; pair = fewest()) {
      int hottest = 0;
      while (hottest < experts
          && (length[order[hottest]] > 1 || part[first[order[hottest]]] != part[pair])) {
        hottest++;
      }
      if (hottest == experts) {
        return;
      }
      link(order[hottest], pair, pair);
    }
  }

  /** Returns the pair that shares fewest where a slot is spare, named by its first rank, or −1. */
  private int fewest() {
    int fewest = -1;
    for (int pair = 0; pair < links.length; pair++) {
      if (joins(pair) && spare[part[pair]] > 0 && (fewest < 0 || links[pair] < links[fewest])) {
        fewest = pair;
      }
    }
    return fewest;
  }

  /** Takes experts without replicas from ranks that hold too many. */
  private boolean shed() {
    Arrays.fill(size, 0);
    Arrays.fill(rankLoads, 0.0);
    for (int expert = 0; expert < experts; expert++) {
      for (int k = 0; k < length[expert]; k++) {
        int rank = (first[expert] + k) % size.length;
        size[rank]++;
        rankLoads[rank] += loads[expert] / length[expert];
      }
    }
    homelessCount = 0;
    for (int rank = 0; rank < size.length; rank++) {
      for (int over = size[rank] - slots(rank); over > 0; over--) {
        int expert = nearest(rank, (rankLoads[rank] - ranks.capacity(rank)) / over);
        if (expert < 0) {
          return false;
        }
        homeless[homelessCount++] = expert;
        size[rank]--;
        rankLoads[rank] -= loads[expert];
        // Stays in the part of its old rank.
        length[expert] = 0;
      }
    }
    return true;
  }

  /** Puts the experts taken onto the coldest ranks with room, the hottest first. */
  private boolean settle() {
    FallingOrder.sort(homeless, 0, homelessCount, loads);
    for (int i = 0; i < homelessCount; i++) {
      int expert = homeless[i];
      int coldest = coldest(part[first[expert]]);
      if (coldest < 0) {
        return false;
      }
      first[expert] = coldest;
      length[expert] = 1;
      size[coldest]++;
      rankLoads[coldest] += loads[expert];
    }
    return true;
  }

  private int coldest(int of) {
    int coldest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int rank = 0; rank < size.length; rank++) {
      double heat = rankLoads[rank] / ranks.capacity(rank);
      if (part[rank] == of && size[rank] < slots(rank) && heat < least) {
        coldest = rank;
        least = heat;
      }
    }
    return coldest;
  }

  /** Returns the single expert of a rank whose load is nearest to one; −1 if there is none. */
  private int nearest(int rank, double load) {
    int best = -1;
    for (int expert = 0; expert < experts; expert++) {
      if (first[expert] == rank
          && length[expert] == 1
          && (best < 0 || Math.abs(loads[expert] - load) < Math.abs(loads[best] - load))) {
        best = expert;
      }
    }
    return best;
  }

  private boolean fill(int[] to) {
    Arrays.fill(size, 0);
    int filled = 0;
    for (int expert = 0; expert < experts; expert++) {
      for (int k = 0; k < length[expert]; k++) {
        int rank = (first[expert] + k) % size.length;
        to[ranks.from(rank) + size[rank]++] = expert;
        filled++;
      }
    }
    return filled == to.length;
  }

  private int slots(int rank) {
    return ranks.from(rank + 1) - ranks.from(rank);
  }

  private int after(int rank) {
    return rank == links.length - 1 ? 0 : rank + 1;
  }

  private int before(int rank) {
    return rank == 0 ? links.length - 1 : rank - 1;
  }
}
