package io.eplb.policies.kernel;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * A division of the living ranks into parts that share no expert, each with whole expert groups.
 * Immutable.
 *
 * <p>A part is a node, or several nodes together where the usable slots of one cannot hold its
 * groups. Example: 8 groups of 32 experts on 4 nodes of 72 slots, two groups each. If 9 slots of
 * node 0 cannot be used, it has room for one group, and all nodes together for seven: so nodes 0
 * and 1 become one part with four groups on 135 slots.
 */
public final class RankParts {
  /** A part: its living ranks in ascending order. */
  static final class Part {
    final int[] ranks;
    final int nodes;
    final int usableSlots;
    final double speed;

    /** The fewest groups with which no rank has to hold an expert twice. */
    final int fewestGroups;

    /** The most groups whose experts all find a slot. */
    final int mostGroups;

    private Part(int[] members, int nodes, EpRanks state, int expertsPerGroup, int expertsPerNode) {
      ranks = members;
      this.nodes = nodes;
      int slots = 0;
      double speeds = 0.0;
      int longest = 0;
      for (int rank : members) {
        int usable = state.usableSlots(rank);
        slots += usable;
        speeds += state.speed(rank);
        // A rank with more slots than that may hold an expert twice (rule P4).
        if (usable <= expertsPerNode) {
          longest = Math.max(longest, usable);
        }
      }
      usableSlots = slots;
      speed = speeds;
      fewestGroups = (Math.max(longest, 1) + expertsPerGroup - 1) / expertsPerGroup;
      mostGroups = slots / expertsPerGroup;
    }
  }

  private final int expertsPerGroup;
  private final int groups;
  private final Part[] parts;

  private RankParts(int expertsPerGroup, int groups, Part[] parts) {
    this.expertsPerGroup = expertsPerGroup;
    this.groups = groups;
    this.parts = parts;
  }

  /**
   * Returns the nodes as parts if every group finds room on one node, else all living ranks as one
   * part.
   *
   * @param ranks at least as many usable slots as experts
   */
  public static RankParts of(EpTopology topology, EpRanks ranks) {
    if (topology.hierarchical()) {
      RankParts nodes = ofNodes(topology, ranks);
      if (!nodes.joined()) {
        return nodes;
      }
    }
    return whole(topology, ranks);
  }

  /** Returns all living ranks as one part. */
  public static RankParts whole(EpTopology topology, EpRanks ranks) {
    int experts = topology.experts();
    int[] living = living(ranks, 0, ranks.ranks());
    Part all = new Part(living, topology.nodes(), ranks, experts, experts);
    return new RankParts(experts, 1, new Part[] {all});
  }

  /**
   * Returns the nodes with a living rank as parts, as few of them joined as a simple search finds.
   *
   * @param topology its nodes divide its groups
   * @param ranks at least as many usable slots as experts
   */
  public static RankParts ofNodes(EpTopology topology, EpRanks ranks) {
    int expertsPerGroup = topology.experts() / topology.expertGroups();
    int expertsPerNode = topology.experts() / topology.nodes();
    int ranksPerNode = topology.ranks() / topology.nodes();
    Part[] nodes = new Part[topology.nodes()];
    int size = 0;
    for (int node = 0; node < topology.nodes(); node++) {
      int[] living = living(ranks, node * ranksPerNode, (node + 1) * ranksPerNode);
      if (living.length > 0) {
        nodes[size++] = new Part(living, 1, ranks, expertsPerGroup, expertsPerNode);
      }
    }
    RankParts division =
        new RankParts(expertsPerGroup, topology.expertGroups(), Arrays.copyOf(nodes, size));
    int cramped = division.cramped();
    while (cramped >= 0) {
      division = division.joining(cramped, division.partner(cramped), ranks, expertsPerNode);
      cramped = division.cramped();
    }
    return division;
  }

  private static int[] living(EpRanks ranks, int from, int to) {
    int[] living = new int[to - from];
    int size = 0;
    for (int rank = from; rank < to; rank++) {
      if (ranks.living(rank)) {
        living[size++] = rank;
      }
    }
    return Arrays.copyOf(living, size);
  }

  /**
   * Returns a part that needs a partner: one that cannot hold the groups that it has to, or, where
   * there is too little room for all groups, the one with the most slots to spare; −1 if every
   * group has room.
   */
  private int cramped() {
    if (parts.length == 1) {
      return -1;
    }
    long room = 0;
    int mostSpare = 0;
    for (int part = 0; part < parts.length; part++) {
      if (parts[part].fewestGroups > parts[part].mostGroups) {
        return part;
      }
      room += parts[part].mostGroups;
      mostSpare = spare(part) > spare(mostSpare) ? part : mostSpare;
    }
    return room < groups ? mostSpare : -1;
  }

  /**
   * Returns the part that has enough slots to spare for one more group together: the one of fewest
   * nodes, among those the one with the fewest slots to spare. If none has enough, returns the one
   * with the most. The first of equal ones.
   */
  private int partner(int cramped) {
    int missing = expertsPerGroup - spare(cramped);
    int best = cramped == 0 ? 1 : 0;
    for (int part = best + 1; part < parts.length; part++) {
      if (part == cramped) {
        continue;
      }
      boolean better =
          parts[part].nodes < parts[best].nodes
              || (parts[part].nodes == parts[best].nodes && spare(part) < spare(best));
      if (spare(best) < missing ? spare(part) > spare(best) : spare(part) >= missing && better) {
        best = part;
      }
    }
    return best;
  }

  /** Returns the slots of a part that are too few for one more group. */
  private int spare(int part) {
    return parts[part].usableSlots % expertsPerGroup;
  }

  private RankParts joining(int one, int other, EpRanks ranks, int expertsPerNode) {
    int[] members =
        Arrays.copyOf(parts[one].ranks, parts[one].ranks.length + parts[other].ranks.length);
    System.arraycopy(
        parts[other].ranks, 0, members, parts[one].ranks.length, parts[other].ranks.length);
    Arrays.sort(members);
    Part[] fewer = new Part[parts.length - 1];
    int size = 0;
    for (int part = 0; part < parts.length; part++) {
      if (part == Math.min(one, other)) {
        fewer[size++] =
            new Part(
                members,
                parts[one].nodes + parts[other].nodes,
                ranks,
                expertsPerGroup,
                expertsPerNode);
      } else if (part != Math.max(one, other)) {
        fewer[size++] = parts[part];
      }
    }
    return new RankParts(expertsPerGroup, groups, fewer);
  }

  /** Returns whether a part has several nodes. */
  private boolean joined() {
    for (Part part : parts) {
      if (part.nodes > 1) {
        return true;
      }
    }
    return false;
  }

  /** Returns the number of expert groups. */
  int groups() {
    return groups;
  }

  /** Returns the experts of one group. */
  int expertsPerGroup() {
    return expertsPerGroup;
  }

  /** Returns the number of parts. */
  int size() {
    return parts.length;
  }

  /** Returns a part. */
  Part part(int index) {
    return parts[index];
  }
}
