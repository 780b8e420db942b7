package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ranks of an expert-parallel group as they are: the slots that each can use, its speed and its
 * failure domain. Immutable.
 *
 * <p>A rank can use its first slots, 0 to {@link #usableSlots} − 1. A rank without a usable slot is
 * dead. Slots that a rank cannot use hold {@link Placement#EMPTY} in every table and placement, and
 * only those.
 *
 * <p>Example: rank 3 of a group is dead and rank 5 computes at half speed.
 *
 * <pre>{@code
 * EpRanks ranks = EpRanks.builder(topology).usableSlots(3, 0).speed(5, 0.5).build();
 * }</pre>
 */
public final class EpRanks {
  /** The least speed of a rank, relative to a nominal one. */
  public static final double MIN_SPEED = 1e-3;

  /** The greatest speed of a rank, relative to a nominal one. */
  public static final double MAX_SPEED = 1e3;

  private final int slotsPerRank;
  private final int[] usableSlots;
  private final double[] speeds;
  private final int[] failureDomains;
  private final int livingRanks;
  private final int physicalUsable;
  private final double totalSpeed;
  private final boolean allSlotsUsable;
  private final boolean equalSpeeds;
  private final boolean nominal;

  private EpRanks(int slotsPerRank, int[] usableSlots, double[] speeds, int[] failureDomains) {
    this.slotsPerRank = slotsPerRank;
    this.usableSlots = usableSlots;
    this.speeds = speeds;
    this.failureDomains = failureDomains;
    int living = 0;
    int slots = 0;
    double speedSum = 0.0;
    double slowest = Double.POSITIVE_INFINITY;
    double fastest = 0.0;
    for (int rank = 0; rank < usableSlots.length; rank++) {
      if (usableSlots[rank] > 0) {
        living++;
        slots += usableSlots[rank];
        speedSum += speeds[rank];
        slowest = Math.min(slowest, speeds[rank]);
        fastest = Math.max(fastest, speeds[rank]);
      }
    }
    this.livingRanks = living;
    this.physicalUsable = slots;
    this.totalSpeed = speedSum;
    this.allSlotsUsable = slots == usableSlots.length * slotsPerRank;
    this.equalSpeeds = living == 0 || slowest == fastest;
    this.nominal = allSlotsUsable && equalSpeeds && fastest == 1.0;
  }

  /** Returns the ranks as they were set up: every slot usable, speed 1, a node one domain. */
  public static EpRanks nominal(EpTopology topology) {
    return builder(topology).build();
  }

  /**
   * Returns the ranks that a table was made for: a rank can use the slots that hold an expert.
   * Speeds are 1, and a node is one failure domain.
   *
   * @throws InvalidInputException if the table has another shape than the topology, an EMPTY slot
   *     of a rank is followed by an expert, or a slot is EMPTY in one layer and not in another
   */
  public static EpRanks of(EpTopology topology, ExpertTable table) {
    Builder builder = builder(topology);
    Require.notNull("the table", table);
    if (table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()
        || table.experts() != topology.experts()) {
      throw new InvalidInputException(
          "I1: the expert table has %s, the topology %s; they must agree"
              .formatted(
                  Shape.layer(table.experts(), table.ranks(), table.slotsPerRank()),
                  Shape.layer(topology.experts(), topology.ranks(), topology.slotsPerRank())));
    }
    for (int rank = 0; rank < table.ranks(); rank++) {
      int used = 0;
      while (used < table.slotsPerRank() && table.expertAt(0, rank, used) != Placement.EMPTY) {
        used++;
      }
      builder.usableSlots(rank, used);
    }
    EpRanks ranks = builder.build();
    ranks.requireFits(table);
    return ranks;
  }

  /** Starts from {@linkplain #nominal nominal} ranks. */
  public static Builder builder(EpTopology topology) {
    Require.notNull("the topology", topology);
    int[] usable = new int[topology.ranks()];
    double[] speeds = new double[topology.ranks()];
    int[] domains = new int[topology.ranks()];
    Arrays.fill(usable, topology.slotsPerRank());
    Arrays.fill(speeds, 1.0);
    for (int rank = 0; rank < domains.length; rank++) {
      domains[rank] = topology.nodeOf(rank);
    }
    return new Builder(topology.slotsPerRank(), usable, speeds, domains);
  }

  /** Starts from these ranks. */
  public Builder toBuilder() {
    return new Builder(slotsPerRank, usableSlots.clone(), speeds.clone(), failureDomains.clone());
  }

  /** Returns the number of ranks, dead ones included. */
  public int ranks() {
    return usableSlots.length;
  }

  /** Returns the slots of a rank per layer, whether it can use them or not. */
  public int slotsPerRank() {
    return slotsPerRank;
  }

  /**
   * Returns the slots that a rank can use, 0 (dead) to {@link #slotsPerRank}; its first ones.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int usableSlots(int rank) {
    Require.index("rank", rank, usableSlots.length);
    return usableSlots[rank];
  }

  /**
   * Returns whether a rank can use any slot.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public boolean living(int rank) {
    return usableSlots(rank) > 0;
  }

  /**
   * Returns whether a rank can use one of its slots.
   *
   * @throws InvalidInputException if there is no such rank or slot
   */
  public boolean usable(int rank, int slot) {
    Require.index("slot", slot, slotsPerRank);
    return slot < usableSlots(rank);
  }

  /**
   * Returns the speed of a rank relative to a nominal one, {@value #MIN_SPEED} to {@value
   * #MAX_SPEED}.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public double speed(int rank) {
    Require.index("rank", rank, speeds.length);
    return speeds[rank];
  }

  /**
   * Returns the failure domain of a rank, 0 to ranks − 1: ranks of one domain are likely to fail
   * together. It is the rank's node unless said otherwise.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int failureDomain(int rank) {
    Require.index("rank", rank, failureDomains.length);
    return failureDomains[rank];
  }

  /** Returns the number of ranks that live. */
  public int livingRanks() {
    return livingRanks;
  }

  /** Returns the slots of a layer that can be used, over all ranks. */
  public int physicalUsable() {
    return physicalUsable;
  }

  /** Returns the sum of the speeds of the living ranks. */
  public double totalSpeed() {
    return totalSpeed;
  }

  /** Returns whether every rank can use all of its slots. */
  public boolean allSlotsUsable() {
    return allSlotsUsable;
  }

  /** Returns whether all living ranks are equally fast. */
  public boolean equalSpeeds() {
    return equalSpeeds;
  }

  /** Returns whether every rank can use all of its slots and has speed 1. */
  public boolean nominal() {
    return nominal;
  }

  /**
   * Copies the speeds, one per rank.
   *
   * @throws InvalidInputException if there is too little room
   */
  public void copySpeeds(double[] destination, int offset) {
    Require.room("the ranks' speeds", destination, offset, speeds.length);
    System.arraycopy(speeds, 0, destination, offset, speeds.length);
  }

  /**
   * Copies the numbers of usable slots, one per rank.
   *
   * @throws InvalidInputException if there is too little room
   */
  public void copyUsableSlots(int[] destination, int offset) {
    Require.room("the ranks' usable slots", destination, offset, usableSlots.length);
    System.arraycopy(usableSlots, 0, destination, offset, usableSlots.length);
  }

  /**
   * Checks that a table is EMPTY exactly where a rank cannot use its slot (rule I1).
   *
   * @throws InvalidInputException if not, naming layer, rank and slot, or if the shapes differ
   */
  public void requireFits(ExpertTable table) {
    Require.notNull("the table", table);
    if (table.ranks() != ranks() || table.slotsPerRank() != slotsPerRank) {
      throw new InvalidInputException(
          "I1: the expert table has %s, the ranks %s; they must agree"
              .formatted(
                  Shape.slots(table.ranks(), table.slotsPerRank()),
                  Shape.slots(ranks(), slotsPerRank)));
    }
    if (allSlotsUsable && !table.hasEmptySlots()) {
      return;
    }
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int physical = 0; physical < row.length; physical++) {
        int rank = physical / slotsPerRank;
        int slot = physical % slotsPerRank;
        boolean usable = slot < usableSlots[rank];
        if (usable == (row[physical] == Placement.EMPTY)) {
          throw new InvalidInputException(
              "I1: layer %s, rank %s, slot %s %s; slots that a rank cannot use are EMPTY (−1) in every layer, and no others"
                  .formatted(
                      layer,
                      rank,
                      slot,
                      usable
                          ? "is EMPTY, and the rank can use its first "
                              + Counted.of(usableSlots[rank], "slot")
                          : "holds expert "
                              + row[physical]
                              + ", and the rank "
                              + (usableSlots[rank] == 0
                                  ? "is dead"
                                  : "can use its first "
                                      + Counted.of(usableSlots[rank], "slot")
                                      + " alone")));
        }
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EpRanks that
        && slotsPerRank == that.slotsPerRank
        && Arrays.equals(usableSlots, that.usableSlots)
        && Arrays.equals(speeds, that.speeds)
        && Arrays.equals(failureDomains, that.failureDomains);
  }

  @Override
  public int hashCode() {
    return (Arrays.hashCode(usableSlots) * 31 + Arrays.hashCode(speeds)) * 31
        + Arrays.hashCode(failureDomains);
  }

  @Override
  public String toString() {
    return "EpRanks[%s, %s living, %s of %s usable, %s]"
        .formatted(
            Counted.of(ranks(), "rank"),
            livingRanks,
            physicalUsable,
            Counted.of((long) ranks() * slotsPerRank, "slot"),
            equalSpeeds ? "equally fast" : "unequally fast");
  }

  /** Collects ranks. Used by one thread. */
  public static final class Builder {
    private final int slotsPerRank;
    private final int[] usableSlots;
    private final double[] speeds;
    private final int[] failureDomains;

    private Builder(int slotsPerRank, int[] usableSlots, double[] speeds, int[] failureDomains) {
      this.slotsPerRank = slotsPerRank;
      this.usableSlots = usableSlots;
      this.speeds = speeds;
      this.failureDomains = failureDomains;
    }

    /**
     * Sets the slots that a rank can use: its first ones.
     *
     * @param slots 0 (dead) to the slots per rank
     * @throws InvalidInputException if there is no such rank, or the number is out of range
     */
    public Builder usableSlots(int rank, int slots) {
      Require.index("rank", rank, usableSlots.length);
      usableSlots[rank] =
          Require.inRange("the usable slots of rank " + rank, slots, 0, slotsPerRank);
      return this;
    }

    /**
     * Sets the speed of a rank relative to a nominal one.
     *
     * @param speed {@value EpRanks#MIN_SPEED} to {@value EpRanks#MAX_SPEED}
     * @throws InvalidInputException if there is no such rank, or the speed is out of range or NaN
     */
    public Builder speed(int rank, double speed) {
      Require.index("rank", rank, speeds.length);
      if (!(speed >= MIN_SPEED && speed <= MAX_SPEED)) {
        throw new InvalidInputException(
            "the speed of rank %s is %s; it must be between %s and %s, 1 for a nominal rank"
                .formatted(rank, speed, MIN_SPEED, MAX_SPEED));
      }
      speeds[rank] = speed;
      return this;
    }

    /**
     * Sets the failure domain of a rank.
     *
     * @param domain 0 to ranks − 1
     * @throws InvalidInputException if there is no such rank, or the domain is out of range
     */
    public Builder failureDomain(int rank, int domain) {
      Require.index("rank", rank, failureDomains.length);
      failureDomains[rank] =
          Require.inRange(
              "the failure domain of rank " + rank, domain, 0, failureDomains.length - 1);
      return this;
    }

    /** Returns the ranks. */
    public EpRanks build() {
      return new EpRanks(slotsPerRank, usableSlots.clone(), speeds.clone(), failureDomains.clone());
    }
  }
}
