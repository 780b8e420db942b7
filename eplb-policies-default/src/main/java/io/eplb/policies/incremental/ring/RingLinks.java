package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.FallingOrder;
import java.util.Arrays;

/**
 * The ring of a layer that has none, or the rings where every rank has two redundant slots and
 * more. The hottest experts get further replicas on neighbours of their rank until every pair of
 * neighbours shares one, ring after ring, or as many as there are redundant slots. A pair without a
 * hot expert on either rank gets the hottest that is left. The other experts stay where they are
 * unless they have to make room.
 *
 * <p>Experts that belong to a node stay there: each node then has rings of its own ranks.
 */
final class RingLinks {
  /** Loads in the choice of replicas are divided by their number to this power. */
  private static final double REPLICA_POWER = 2.0;

  /** The most load of a replica, in mean loads of a rank: the rank holds other experts as well. */
  private static final double MOST_PER_REPLICA = 0.75;

  private final LivingRanks ranks;
  private final LoadForecast forecast;
  private final NeighbourRings rings;
  private final int experts;
  private final int redundant;
  private final int[] order;
  private final double[] loads;

  /** The first rank of each expert, and the number of its replicas, one a hop along its ring. */
  private final int[] first;

  private final int[] length;
  private final int[] ringOf;

  /** The experts that a rank shares with the next, by ring and rank. */
  private final int[] links;

  private final int[] size;
  private final double[] rankLoads;
  private final int[] homeless;
  private int homelessCount;

  /** The slots of each part that no expert needs. */
  private final int[] spare;

  /**
   * Creates the memory for layers on the same ranks.
   *
   * @param keepsNodes whether experts stay on their nodes
   */
  RingLinks(LivingRanks ranks, LoadForecast forecast, boolean keepsNodes) {
    int count = ranks.ranks();
    this.ranks = ranks;
    this.forecast = forecast;
    this.experts = ranks.topology().experts();
    this.redundant = ranks.slots() - experts;
    this.rings =
        new NeighbourRings(ranks, keepsNodes, Math.max(1, (redundant + count - 1) / count));
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
    linkNearby();
    linkRest();
    return shed() && settle() && fill(to);
  }

  private void start(int[] row) {
    Arrays.fill(first, -1);
    Arrays.fill(length, 1);
    Arrays.fill(ringOf, 0);
    Arrays.fill(links, 0);
    Arrays.fill(spare, 0);
    for (int rank = 0; rank < size.length; rank++) {
      spare[rings.part(rank)] += slots(rank);
      for (int slot = ranks.from(rank); slot < ranks.from(rank + 1); slot++) {
        if (first[row[slot]] < 0) {
          first[row[slot]] = rank;
        }
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      spare[rings.part(first[expert])]--;
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
          && extend(order[i], 0, Integer.MAX_VALUE)) {
        // Each replica has to fit onto a rank, whatever the pair shares already.
      }
    }
    for (int ring = 0; ring < rings.rings(); ring++) {
      for (int i = 0; i < hot; i++) {
        if (isWorth(order[i])) {
          extend(order[i], ring, 1);
        }
      }
    }
  }

  /** Gives one expert another replica at one of its ends in a ring if that pair shares too few. */
  private boolean extend(int expert, int ring, int enough) {
    int start = first[expert];
    if (spare[rings.part(start)] <= 0
        || length[expert] == rings.partSize(start)
        || (length[expert] > 1 && ringOf[expert] != ring)) {
      return false;
    }
    int last = rings.after(start, ring, length[expert] - 1);
    int before = rings.before(start, ring);
    int linksAfter = links[link(ring, last)];
    int linksBefore = links[link(ring, before)];
    if (Math.min(linksAfter, linksBefore) >= enough) {
      return false;
    }
    if (linksAfter <= linksBefore) {
      extend(expert, ring, start, last);
    } else {
      extend(expert, ring, before, before);
    }
    return true;
  }

  private void extend(int expert, int ring, int newFirst, int linked) {
    first[expert] = newFirst;
    length[expert]++;
    ringOf[expert] = ring;
    links[link(ring, linked)]++;
    spare[rings.part(newFirst)]--;
  }

  /** Returns the index of the link between a rank and the next in a ring. */
  private int link(int ring, int rank) {
    return ring * size.length + rank;
  }

  /** Returns whether another replica is worth more here than a second one of a colder expert. */
  private boolean isWorth(int expert) {
    return length[expert] == 1
        || loads[expert] / Math.pow(length[expert], REPLICA_POWER)
            >= loads[order[Math.min(experts - 1, redundant)]];
  }

  /** Links the pairs that share fewest by the hottest experts without replicas. */
  private void linkRest() {
    for (int link = fewest(); link >= 0; link = fewest()) {
      int rank = link % size.length;
      int hottest = 0;
      while (hottest < experts
          && (length[order[hottest]] > 1
              || rings.part(first[order[hottest]]) != rings.part(rank))) {
        hottest++;
      }
      if (hottest == experts) {
        return;
      }
      extend(order[hottest], link / size.length, rank, rank);
    }
  }

  /** Returns the link that shares fewest where a slot is spare, or −1. */
  private int fewest() {
    int fewest = -1;
    for (int link = 0; link < links.length; link++) {
      int rank = link % size.length;
      if (rings.partSize(rank) > 1
          && spare[rings.part(rank)] > 0
          && (fewest < 0 || links[link] < links[fewest])) {
        fewest = link;
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
