package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A placement that a policy proposes: layer × rank × slot → logical expert, or {@link #EMPTY}.
 * Immutable. Its shape is checked here. The core checks its content against the rules, layer by
 * layer, and turns what it accepts into an {@link ExpertTable}.
 *
 * <p>A placement may also say in which order the replicas of an expert are listed ({@linkplain
 * Builder#setReplicaOrder(int, int[], int) replica order}); without it they are listed by slot.
 */
public final class Placement {
  /** The content of a slot that its rank cannot use. */
  public static final int EMPTY = -1;

  private final int layers;
  private final int ranks;
  private final int slotsPerRank;
  private final int[] physicalToLogical;
  private final int @Nullable [] replicaOrder;

  private Placement(
      int layers,
      int ranks,
      int slotsPerRank,
      int[] physicalToLogical,
      int @Nullable [] replicaOrder) {
    this.layers = layers;
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.physicalToLogical = physicalToLogical;
    this.replicaOrder = replicaOrder;
  }

  /**
   * Creates a placement from a flat array, which is copied.
   *
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param ranks 1 to {@value EpTopology#MAX_RANKS}
   * @param slotsPerRank 1 to {@value EpTopology#MAX_SLOTS_PER_RANK}
   * @param physicalToLogical layers × ranks × slots logical experts; the ids are not checked here
   * @throws InvalidInputException if a size is out of range or the array's length is not their
   *     product
   */
  public static Placement of(int layers, int ranks, int slotsPerRank, int[] physicalToLogical) {
    int length = checkedLength(layers, ranks, slotsPerRank);
    Require.notNull("physicalToLogical", physicalToLogical);
    if (physicalToLogical.length != length) {
      throw new InvalidInputException(
          "physicalToLogical has %s; %s need %s"
              .formatted(
                  Counted.of(physicalToLogical.length, "element"),
                  Shape.placement(layers, ranks, slotsPerRank),
                  length));
    }
    return new Placement(layers, ranks, slotsPerRank, physicalToLogical.clone(), null);
  }

  /**
   * Starts a placement in which every slot is {@link #EMPTY}.
   *
   * @throws InvalidInputException if a size is out of range
   */
  public static Builder builder(int layers, int ranks, int slotsPerRank) {
    int length = checkedLength(layers, ranks, slotsPerRank);
    int[] unassigned = new int[length];
    Arrays.fill(unassigned, EMPTY);
    return new Builder(layers, ranks, slotsPerRank, unassigned, null);
  }

  /** Starts a placement that so far equals a table: what is not set stays as it is. */
  public static Builder builder(ExpertTable table) {
    Require.notNull("table", table);
    return table.placement().toBuilder();
  }

  private Builder toBuilder() {
    return new Builder(
        layers,
        ranks,
        slotsPerRank,
        physicalToLogical.clone(),
        replicaOrder == null ? null : replicaOrder.clone());
  }

  private static int checkedLength(int layers, int ranks, int slotsPerRank) {
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    Require.inRange("slots per rank", slotsPerRank, 1, EpTopology.MAX_SLOTS_PER_RANK);
    return Require.arrayLength("the placement", layers, ranks, slotsPerRank);
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return ranks;
  }

  /** Returns the slots of one rank in one layer. */
  public int slotsPerRank() {
    return slotsPerRank;
  }

  /** Returns the slots of one layer over all ranks. */
  public int physicalExperts() {
    return ranks * slotsPerRank;
  }

  /**
   * Returns the expert of one slot; {@link #EMPTY} where none was set.
   *
   * @throws InvalidInputException if there is no such layer, rank or slot
   */
  public int expertAt(int layer, int rank, int slot) {
    Require.index("layer", layer, layers);
    Require.index("rank", rank, ranks);
    Require.index("slot", slot, slotsPerRank);
    return physicalToLogical[(layer * ranks + rank) * slotsPerRank + slot];
  }

  /**
   * Copies one layer's row of {@link #physicalExperts()} experts, rank by rank, into {@code
   * destination}.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copyLayer(int layer, int[] destination, int offset) {
    Require.index("layer", layer, layers);
    Require.room("a layer's row", destination, offset, physicalExperts());
    System.arraycopy(
        physicalToLogical, layer * physicalExperts(), destination, offset, physicalExperts());
  }

  /** Returns whether the policy set a replica order; if not, replicas are listed by slot. */
  public boolean hasReplicaOrder() {
    return replicaOrder != null;
  }

  /**
   * Copies one layer's replica order into {@code destination}: one key per slot; zeros where none
   * was set.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copyReplicaOrder(int layer, int[] destination, int offset) {
    Require.index("layer", layer, layers);
    Require.room("a layer's replica order", destination, offset, physicalExperts());
    if (replicaOrder == null) {
      Arrays.fill(destination, offset, offset + physicalExperts(), 0);
    } else {
      System.arraycopy(
          replicaOrder, layer * physicalExperts(), destination, offset, physicalExperts());
    }
  }

  /** The array itself, for this package, which never writes to it. */
  int[] physicalToLogical() {
    return physicalToLogical;
  }

  int @Nullable [] replicaOrder() {
    return replicaOrder;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Placement that
        && layers == that.layers
        && ranks == that.ranks
        && slotsPerRank == that.slotsPerRank
        && Arrays.equals(physicalToLogical, that.physicalToLogical)
        && Arrays.equals(replicaOrder, that.replicaOrder);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(physicalToLogical) * 31 + slotsPerRank;
  }

  @Override
  public String toString() {
    return "Placement[" + Shape.placement(layers, ranks, slotsPerRank) + "]";
  }

  /**
   * Collects a placement. Thread-safe: different layers may be set by different threads at the same
   * time, and a placement never changes once it is built. Every call takes the builder's lock, so
   * hot loops fill a row of their own and hand it over with {@link #setLayer}.
   */
  public static final class Builder {
    private final int layers;
    private final int ranks;
    private final int slotsPerRank;
    private int @Nullable [] physicalToLogical;
    private int @Nullable [] replicaOrder;

    private Builder(
        int layers,
        int ranks,
        int slotsPerRank,
        int[] physicalToLogical,
        int @Nullable [] replicaOrder) {
      this.layers = layers;
      this.ranks = ranks;
      this.slotsPerRank = slotsPerRank;
      this.physicalToLogical = physicalToLogical;
      this.replicaOrder = replicaOrder;
    }

    /**
     * Sets the expert of one slot. The id is not checked here.
     *
     * @throws InvalidInputException if there is no such layer, rank or slot, or the placement has
     *     been built
     */
    public synchronized Builder set(int layer, int rank, int slot, int expert) {
      Require.index("layer", layer, layers);
      Require.index("rank", rank, ranks);
      Require.index("slot", slot, slotsPerRank);
      target()[(layer * ranks + rank) * slotsPerRank + slot] = expert;
      return this;
    }

    /**
     * Sets one layer's experts, rank by rank, from {@code row} at {@code offset}. The ids are not
     * checked here.
     *
     * @throws InvalidInputException if there is no such layer, the row is too short, or the
     *     placement has been built
     */
    public synchronized Builder setLayer(int layer, int[] row, int offset) {
      Require.index("layer", layer, layers);
      Require.room("a layer's row", row, offset, ranks * slotsPerRank);
      System.arraycopy(row, offset, target(), layer * ranks * slotsPerRank, ranks * slotsPerRank);
      return this;
    }

    /**
     * Sets the order in which a layer's replicas are listed: the replicas of an expert are sorted
     * by this key, one per slot, then by slot; 0 where none is set. It does not change where
     * anything is placed.
     *
     * @throws InvalidInputException if there is no such layer, the row is too short, or the
     *     placement has been built
     */
    public synchronized Builder setReplicaOrder(int layer, int[] keys, int offset) {
      Require.index("layer", layer, layers);
      Require.room("a layer's replica order", keys, offset, ranks * slotsPerRank);
      int length = target().length;
      int[] order = replicaOrder;
      if (order == null) {
        order = new int[length];
        replicaOrder = order;
      }
      System.arraycopy(keys, offset, order, layer * ranks * slotsPerRank, ranks * slotsPerRank);
      return this;
    }

    /**
     * Returns the placement. The builder is spent: it hands its array over and takes no further
     * call.
     *
     * @throws InvalidInputException if it was built before
     */
    public synchronized Placement build() {
      int[] built = target();
      physicalToLogical = null;
      return new Placement(layers, ranks, slotsPerRank, built, replicaOrder);
    }

    private int[] target() {
      int[] target = physicalToLogical;
      if (target == null) {
        throw new InvalidInputException(
            "this placement has been built; start another builder to change it");
      }
      return target;
    }
  }
}
