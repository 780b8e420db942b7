package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.FallingOrder;
import java.util.Arrays;

/**
 * The rings of a layer that has none, one for every redundant slot of a rank. Every expert with
 * several replicas, the hottest first, gets a run of ranks that follow each other in a ring, where
 * possible one that includes its rank and joins ranks that no other expert joins yet. The other
 * experts stay where they are unless they have to make room.
 *
 * <p>Experts that belong to a node stay there: each node then has rings of its own ranks.
 */
final class RingLinks {
  /** The cost of a pair of ranks that is joined already, in transfers. */
  private static final int COST_OF_A_SECOND_LINK = 8;

  private final LivingRanks ranks;
  private final LoadForecast forecast;
  private final double largeReplica;
  private final NeighbourRings rings;
  private final RunLengths lengths;
  private final int experts;
  private final int redundant;
  private final int[] order;
  private final double[] loads;

  /** The first rank of each expert's run, its number of ranks, and its ring. */
  private final int[] first;

  private final int[] length;
  private final int[] ringOf;

  /** The experts that a rank shares with the next, by ring and rank. */
  private final int[] links;

  private final int[] size;
  private final double[] rankLoads;
  private final int[] homeless;
  private int homelessCount;

  // By part.
  private final int[] spare;
  private final int[] partSize;

  /** The part of each expert. */
  private final int[] partOf;

  /**
   * Creates the memory for layers on the same ranks.
   *
   * @param keepsNodes whether experts stay on their nodes
   * @param largeReplica the load of a replica, in mean loads of a rank, that is halved before
   *     others
   */
  RingLinks(LivingRanks ranks, LoadForecast forecast, boolean keepsNodes, double largeReplica) {
    int count = ranks.ranks();
    this.ranks = ranks;
    this.forecast = forecast;
    this.largeReplica = largeReplica;
    this.experts = ranks.topology().experts();
    this.redundant = ranks.slots() - experts;
    this.rings =
        new NeighbourRings(ranks, keepsNodes, Math.max(1, (redundant + count - 1) / count));
    this.lengths = new RunLengths(experts);
    this.order = new int[experts];
    this.loads = new double[experts];
    this.first = new int[experts];
    this.length = new int[experts];
    this.ringOf = new int[experts];
    this.links = new int[rings.rings() * count];
    this.size = new int[count];
    this.rankLoads = new double[count];
    this.homeless = new int[experts];
    this.spare = new int[count];
    this.partSize = new int[count];
    this.partOf = new int[experts];
    for (int rank = 0; rank < count; rank++) {
      partSize[rank] = rings.partSize(rank);
    }
  }

  /**
   * Builds the rings.
   *
   * @param row the experts of the usable slots
   * @param to result: the same with rings
   * @return whether all replicas found a place
   */
  boolean build(int[] row, int[] to) {
    if (size.length < 2 || redundant == 0) {
      return false;
    }
    start(row);
    lengths.choose(loads, largeReplica, partOf, spare, partSize);
    for (int i = 0; i < experts; i++) {
      if (lengths.of(order[i]) > 1) {
        lay(order[i], lengths.of(order[i]));
      }
    }
    return shed() && settle() && fill(to);
  }

  private void start(int[] row) {
    Arrays.fill(first, -1);
    Arrays.fill(length, 1);
    Arrays.fill(ringOf, 0);
    Arrays.fill(links, 0);
    Arrays.fill(spare, 0);
    Arrays.fill(size, 0);
    for (int rank = 0; rank < size.length; rank++) {
      spare[rings.part(rank)] += slots(rank);
      for (int slot = ranks.from(rank); slot < ranks.from(rank + 1); slot++) {
        if (first[row[slot]] < 0) {
          first[row[slot]] = rank;
        }
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      partOf[expert] = rings.part(first[expert]);
      spare[partOf[expert]]--;
      order[expert] = expert;
      loads[expert] = forecast.mean(expert);
    }
    FallingOrder.sort(order, 0, experts, loads);
  }

  /**
   * Lays an expert's run where it costs least; of equal places, in the first ring, and there from
   * the expert's rank on backwards. A run that finds no room is shortened.
   */
  private void lay(int expert, int ranksOfRun) {
    int home = first[expert];
    for (int hops = ranksOfRun; hops > 0; hops--) {
      int least = Integer.MAX_VALUE;
      for (int ring = 0; ring < rings.rings() && least > 0; ring++) {
        int start = home;
        for (int back = 0; back < partSize[partOf[expert]] && least > 0; back++) {
          int cost = cost(start, hops, ring, back);
          if (cost < least) {
            least = cost;
            first[expert] = start;
            ringOf[expert] = ring;
          }
          start = rings.before(start, ring);
        }
      }
      if (least < Integer.MAX_VALUE) {
        length[expert] = hops;
        take(expert);
        return;
      }
    }
  }

  /** Returns the cost of a run; the greatest number if a rank has no room. */
  private int cost(int start, int hops, int ring, int back) {
    int cost = back < hops ? 0 : 1;
    int rank = start;
    for (int hop = 0; hop < hops; hop++) {
      if (size[rank] == slots(rank)) {
        return Integer.MAX_VALUE;
      }
      if (hop + 1 < hops) {
        cost += COST_OF_A_SECOND_LINK * links[ring * size.length + rank];
        rank = rings.after(rank, ring, 1);
      }
    }
    return cost;
  }

  private void take(int expert) {
    int rank = first[expert];
    for (int hop = 0; hop < length[expert]; hop++) {
      size[rank]++;
      if (hop + 1 < length[expert]) {
        links[ringOf[expert] * size.length + rank]++;
        rank = rings.after(rank, ringOf[expert], 1);
      }
    }
  }

  /** Takes experts without replicas from ranks that hold too many. */
  private boolean shed() {
    Arrays.fill(size, 0);
    Arrays.fill(rankLoads, 0.0);
    for (int expert = 0; expert < experts; expert++) {
      for (int k = 0; k < length[expert]; k++) {
        int rank = rings.after(first[expert], ringOf[expert], k);
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
      int coldest = coldest(rings.part(first[expert]));
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
      if (rings.part(rank) == of && size[rank] < slots(rank) && heat < least) {
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
        int rank = rings.after(first[expert], ringOf[expert], k);
        to[ranks.from(rank) + size[rank]++] = expert;
        filled++;
      }
    }
    return filled == to.length;
  }

  private int slots(int rank) {
    return ranks.from(rank + 1) - ranks.from(rank);
  }
}
