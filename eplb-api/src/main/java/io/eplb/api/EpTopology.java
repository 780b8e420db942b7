package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The shape of an expert-parallel group: how many experts a layer has, on how many ranks and nodes
 * their replicas live, and which experts are routed together. Immutable.
 *
 * <p>Ranks of a node are consecutive: node {@code n} owns ranks {@code n × ranksPerNode} to {@code
 * (n + 1) × ranksPerNode − 1}. Experts of a group are consecutive likewise. Physical slot {@code p}
 * is slot {@code p % slotsPerRank} of rank {@code p / slotsPerRank}.
 *
 * <p>A topology is nominal: the ranks as they were set up. {@link EpRanks} says which of them live,
 * how many of their slots they can use, and how fast they are.
 */
public final class EpTopology {
  /** The most experts a layer may have. */
  public static final int MAX_EXPERTS = 65_536;

  /** The most ranks a group may have. */
  public static final int MAX_RANKS = 65_536;

  /** The most slots a rank may have in a layer. */
  public static final int MAX_SLOTS_PER_RANK = 65_536;

  /** The most slots a layer may have over all ranks. */
  public static final int MAX_PHYSICAL_EXPERTS = 1 << 24;

  /** The most layers a table or a workload may have. */
  public static final int MAX_LAYERS = 65_536;

  private final int experts;
  private final int ranks;
  private final int nodes;
  private final int expertGroups;
  private final int slotsPerRank;

  private EpTopology(int experts, int ranks, int nodes, int expertGroups, int slotsPerRank) {
    this.experts = experts;
    this.ranks = ranks;
    this.nodes = nodes;
    this.expertGroups = expertGroups;
    this.slotsPerRank = slotsPerRank;
  }

  /**
   * Creates a topology.
   *
   * @param experts logical experts per layer, 1 to {@value #MAX_EXPERTS}
   * @param ranks devices of the group, 1 to {@value #MAX_RANKS}
   * @param nodes servers, 1 to ranks; divides {@code ranks} (rule I4)
   * @param expertGroups groups of consecutive experts that group-limited routing selects together,
   *     1 to experts; divides {@code experts} (rule I4)
   * @param slotsPerRank expert slots of a rank per layer, 1 to {@value #MAX_SLOTS_PER_RANK}; all
   *     slots together are at least {@code experts} and at most {@value #MAX_PHYSICAL_EXPERTS}
   * @throws InvalidInputException if a value is out of its range or does not divide as promised
   */
  public static EpTopology of(
      int experts, int ranks, int nodes, int expertGroups, int slotsPerRank) {
    Require.inRange("experts", experts, 1, MAX_EXPERTS);
    Require.inRange("ranks", ranks, 1, MAX_RANKS);
    Require.inRange("nodes", nodes, 1, ranks);
    Require.inRange("groups", expertGroups, 1, experts);
    Require.inRange("slots per rank", slotsPerRank, 1, MAX_SLOTS_PER_RANK);
    divides("node", nodes, "rank", ranks, "a node holds equally many ranks");
    divides("group", expertGroups, "expert", experts, "a group holds equally many experts");
    long physical = (long) ranks * slotsPerRank;
    if (physical > MAX_PHYSICAL_EXPERTS) {
      throw new InvalidInputException(
          "%s = %s per layer; at most %s are supported"
              .formatted(
                  Shape.slots(ranks, slotsPerRank),
                  Counted.of(physical, "slot"),
                  MAX_PHYSICAL_EXPERTS));
    }
    if (physical < experts) {
      throw new InvalidInputException(
          "%s = %s, fewer than the %s; every expert needs at least one slot"
              .formatted(
                  Shape.slots(ranks, slotsPerRank),
                  Counted.of(physical, "slot"),
                  Counted.of(experts, "expert")));
    }
    return new EpTopology(experts, ranks, nodes, expertGroups, slotsPerRank);
  }

  /**
   * Creates the topology of {@code experts + redundantExperts} slots spread evenly over the ranks.
   *
   * @param redundantExperts slots beyond one per expert, 0 to {@value #MAX_PHYSICAL_EXPERTS}
   * @throws InvalidInputException as {@link #of}, and if the ranks do not divide the slots
   */
  public static EpTopology withRedundantExperts(
      int experts, int ranks, int nodes, int expertGroups, int redundantExperts) {
    Require.inRange("experts", experts, 1, MAX_EXPERTS);
    Require.inRange("ranks", ranks, 1, MAX_RANKS);
    Require.inRange("redundant experts", redundantExperts, 0, MAX_PHYSICAL_EXPERTS);
    long physical = (long) experts + redundantExperts;
    if (physical % ranks != 0) {
      long toNextMultiple = ranks - physical % ranks;
      throw new InvalidInputException(
          "%s ranks do not divide %s + %s = %s; every rank holds equally many slots, the next redundant experts that fit are %s"
              .formatted(
                  ranks,
                  Counted.of(experts, "expert"),
                  Counted.of(redundantExperts, "redundant expert"),
                  Counted.of(physical, "slot"),
                  redundantExperts + toNextMultiple));
    }
    int slots =
        (int) Require.inRange("slots per rank", physical / ranks, 1L, (long) MAX_SLOTS_PER_RANK);
    return of(experts, ranks, nodes, expertGroups, slots);
  }

  /** Returns the logical experts of a layer. */
  public int experts() {
    return experts;
  }

  /** Returns the devices of the group. */
  public int ranks() {
    return ranks;
  }

  /** Returns the servers. */
  public int nodes() {
    return nodes;
  }

  /** Returns the groups of consecutive experts that group-limited routing selects together. */
  public int expertGroups() {
    return expertGroups;
  }

  /** Returns the expert slots of a rank per layer. */
  public int slotsPerRank() {
    return slotsPerRank;
  }

  /** Returns the slots of a layer over all ranks: ranks × slots per rank. */
  public int physicalExperts() {
    return ranks * slotsPerRank;
  }

  /** Returns the slots of a layer beyond one per expert. */
  public int redundantExperts() {
    return physicalExperts() - experts;
  }

  /** Returns the ranks of one node. */
  public int ranksPerNode() {
    return ranks / nodes;
  }

  /** Returns the experts of one group. */
  public int expertsPerGroup() {
    return experts / expertGroups;
  }

  /**
   * Returns the node that a rank belongs to.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int nodeOf(int rank) {
    Require.index("rank", rank, ranks);
    return rank / ranksPerNode();
  }

  /**
   * Returns whether whole expert groups fit onto nodes (nodes divides groups), so that placement
   * may be hierarchical: a group's experts on one node only.
   */
  public boolean hierarchical() {
    return expertGroups % nodes == 0;
  }

  /**
   * Returns how many experts a rank can choose from: those of its node when {@link
   * #hierarchical()}, else all. A rank with more slots than this must hold duplicates, and rule P4
   * lets it.
   */
  public int expertsAvailablePerRank() {
    return hierarchical() ? experts / nodes : experts;
  }

  private static void divides(String part, int divisor, String whole, int dividend, String why) {
    if (dividend % divisor != 0) {
      throw new InvalidInputException(
          "I4: %s do not divide %s; %s"
              .formatted(Counted.of(divisor, part), Counted.of(dividend, whole), why));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EpTopology that
        && experts == that.experts
        && ranks == that.ranks
        && nodes == that.nodes
        && expertGroups == that.expertGroups
        && slotsPerRank == that.slotsPerRank;
  }

  @Override
  public int hashCode() {
    return Objects.hash(experts, ranks, nodes, expertGroups, slotsPerRank);
  }

  @Override
  public String toString() {
    return "EpTopology[%s on %s, %s, %s]"
        .formatted(
            Counted.of(experts, "expert"),
            Shape.slots(ranks, slotsPerRank),
            Counted.of(nodes, "node"),
            Counted.of(expertGroups, "group"));
  }
}
