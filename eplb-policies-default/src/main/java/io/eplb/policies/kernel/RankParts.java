package io.eplb.policies.kernel;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final List<Part> parts;

  private RankParts(int expertsPerGroup, int groups, List<Part> parts) {
    this.expertsPerGroup = expertsPerGroup;
    this.groups = groups;
    this.parts = List.copyOf(parts);
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
      if (nodes.parts.stream().allMatch(part -> part.nodes == 1)) {
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
    return new RankParts(experts, 1, List.of(all));
  }

  /**
   * Returns the nodes with a living rank as parts, as few of them joined as a simple search finds.
   *
   * @param topology its nodes divide its groups
   * @param ranks at least as many usable slots as experts
   */
  public static RankParts ofNodes(EpTopology topology, EpRanks ranks) {
    int groups = topology.expertGroups();
    int expertsPerGroup = topology.experts() / groups;
    int expertsPerNode = topology.experts() / topology.nodes();
    int ranksPerNode = topology.ranks() / topology.nodes();
    List<Part> parts = new ArrayList<>();
    for (int node = 0; node < topology.nodes(); node++) {
      int[] living = living(ranks, node * ranksPerNode, (node + 1) * ranksPerNode);
      if (living.length > 0) {
        parts.add(new Part(living, 1, ranks, expertsPerGroup, expertsPerNode));
      }
    }
    Part cramped = cramped(parts, groups, expertsPerGroup);
    while (cramped != null) {
      parts.remove(cramped);
      Part partner = partner(parts, cramped, expertsPerGroup);
      int[] members = Arrays.copyOf(partner.ranks, partner.ranks.length + cramped.ranks.length);
      System.arraycopy(cramped.ranks, 0, members, partner.ranks.length, cramped.ranks.length);
      Arrays.sort(members);
      int nodes = partner.nodes + cramped.nodes;
      parts.set(
          parts.indexOf(partner), new Part(members, nodes, ranks, expertsPerGroup, expertsPerNode));
      cramped = cramped(parts, groups, expertsPerGroup);
    }
    return new RankParts(expertsPerGroup, groups, parts);
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
   * there is too little room for all groups, the one with the most slots to spare; null if every
   * group has room.
   */
  private static @Nullable Part cramped(List<Part> parts, int groups, int expertsPerGroup) {
    if (parts.size() == 1) {
      return null;
    }
    long room = 0;
    Part mostSpare = parts.get(0);
    for (Part part : parts) {
      if (part.fewestGroups > part.mostGroups) {
        return part;
      }
      room += part.mostGroups;
      if (spare(part, expertsPerGroup) > spare(mostSpare, expertsPerGroup)) {
        mostSpare = part;
      }
    }
    return room < groups ? mostSpare : null;
  }

  /**
   * Returns the part that has enough slots to spare for one more group together: the one of fewest
   * nodes, among those the one with the fewest slots to spare. If none has enough, returns the one
   * with the most. The first of equal ones.
   */
  private static Part partner(List<Part> parts, Part cramped, int expertsPerGroup) {
    int missing = expertsPerGroup - spare(cramped, expertsPerGroup);
    Part best = parts.get(0);
    for (Part part : parts) {
      int spare = spare(part, expertsPerGroup);
      int spareOfBest = spare(best, expertsPerGroup);
      boolean better = part.nodes < best.nodes || (part.nodes == best.nodes && spare < spareOfBest);
      if (spareOfBest < missing ? spare > spareOfBest : spare >= missing && better) {
        best = part;
      }
    }
    return best;
  }

  /** Returns the slots of a part that are too few for one more group. */
  private static int spare(Part part, int expertsPerGroup) {
    return part.usableSlots % expertsPerGroup;
  }

  /** Returns the number of expert groups. */
  int groups() {
    return groups;
  }

  /** Returns the experts of one group. */
  int expertsPerGroup() {
    return expertsPerGroup;
  }

  /** Returns the parts. */
  List<Part> parts() {
    return parts;
  }
}
