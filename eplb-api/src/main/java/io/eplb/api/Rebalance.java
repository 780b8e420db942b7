package io.eplb.api;

import io.eplb.api.wording.Counted;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a policy: whether the table should change, which layers in which order, and their
 * new rows. Immutable.
 *
 * <p>The layers in the priority list are the ones marked as changed; every other layer of the
 * placement must equal the current table's (rule P5).
 *
 * <p>An answer may say more about a layer that it marks: the peak it expects, the share of an
 * expert's traffic that each replica should get, and the rank that a copy should come from. All of
 * it is optional.
 */
public final class Rebalance {
  private final boolean changed;
  private final int[] layerPriority;
  private final Placement newPlacement;

  // One entry per layer: a pair of peaks, shares by slot, sources by slot.
  private final double @Nullable [][] peaks;
  private final double @Nullable [][] shares;
  private final int @Nullable [][] sources;

  private Rebalance(boolean changed, Builder builder) {
    this.changed = changed;
    this.layerPriority = builder.layerPriority;
    this.newPlacement = builder.newPlacement;
    this.peaks = builder.peaks;
    this.shares = builder.shares;
    this.sources = builder.sources;
  }

  /**
   * Starts an answer that changes the table.
   *
   * @param layerPriority the layers marked as changed, most profitable first; copied
   * @param newPlacement all layers, the unmarked ones as they are
   * @throws InvalidInputException if the list names a layer twice or one that the placement does
   *     not have, or an argument is null
   */
  public static Builder builder(int[] layerPriority, Placement newPlacement) {
    return new Builder(checked(layerPriority, newPlacement), newPlacement);
  }

  /**
   * Creates an answer.
   *
   * @param changed whether the table should change at all; if not, the current one stays and the
   *     placement is ignored
   * @param layerPriority the layers marked as changed, most profitable first; copied
   * @param newPlacement all layers, the unmarked ones as they are
   * @throws InvalidInputException if the list names a layer twice or one that the placement does
   *     not have, or an argument is null
   */
  public static Rebalance of(boolean changed, int[] layerPriority, Placement newPlacement) {
    return new Rebalance(changed, new Builder(checked(layerPriority, newPlacement), newPlacement));
  }

  private static int[] checked(int[] layerPriority, Placement newPlacement) {
    Require.notNull("the layer priority", layerPriority);
    Require.notNull("the new placement", newPlacement);
    int[] priority = layerPriority.clone();
    boolean[] seen = new boolean[newPlacement.layers()];
    for (int layer : priority) {
      Require.index("layer", layer, seen.length);
      if (seen[layer]) {
        throw new InvalidInputException(
            "the layer priority names layer " + layer + " twice; once is enough");
      }
      seen[layer] = true;
    }
    return priority;
  }

  /** Returns the answer that everything should stay as it is. */
  public static Rebalance unchanged(ExpertTable current) {
    Require.notNull("the current table", current);
    return new Rebalance(false, new Builder(new int[0], current.placement()));
  }

  /** Returns whether the table should change at all. */
  public boolean changed() {
    return changed;
  }

  /** Returns a copy of the list of layers marked as changed, most profitable first. */
  public int[] layerPriority() {
    return layerPriority.clone();
  }

  /** Returns the proposed placement of all layers. */
  public Placement newPlacement() {
    return newPlacement;
  }

  /**
   * Returns whether the answer says which peak it expects in a layer.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public boolean hasExpectedPeak(int layer) {
    return of(peaks, layer) != null;
  }

  /**
   * Returns the peak of a layer as it is, in the policy's own measure; NaN if it does not say.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public double expectedPeakBefore(int layer) {
    double[] pair = of(peaks, layer);
    return pair == null ? Double.NaN : pair[0];
  }

  /**
   * Returns the peak of a layer's new row, in the policy's own measure; NaN if it does not say.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public double expectedPeakAfter(int layer) {
    double[] pair = of(peaks, layer);
    return pair == null ? Double.NaN : pair[1];
  }

  /**
   * Returns whether the answer says how a layer's traffic is shared among replicas; if not, it is
   * shared evenly.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public boolean hasShares(int layer) {
    return of(shares, layer) != null;
  }

  /**
   * Copies the shares of a layer, one per slot: the part of its expert's traffic that the slot
   * gets, 0 to 1; zeros if there are none.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copyShares(int layer, double[] destination, int offset) {
    double[] row = of(shares, layer);
    int slots = newPlacement.physicalExperts();
    Require.room("a layer's shares", destination, offset, slots);
    if (row == null) {
      Arrays.fill(destination, offset, offset + slots, 0.0);
    } else {
      System.arraycopy(row, 0, destination, offset, slots);
    }
  }

  /**
   * Returns whether the answer says where copies of a layer should come from.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public boolean hasSources(int layer) {
    return of(sources, layer) != null;
  }

  /**
   * Copies the sources of a layer, one per slot: the rank that the slot's expert should be copied
   * from, or −1 for any.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copySources(int layer, int[] destination, int offset) {
    int[] row = of(sources, layer);
    int slots = newPlacement.physicalExperts();
    Require.room("a layer's sources", destination, offset, slots);
    if (row == null) {
      Arrays.fill(destination, offset, offset + slots, -1);
    } else {
      System.arraycopy(row, 0, destination, offset, slots);
    }
  }

  private <T> @Nullable T of(T @Nullable [] byLayer, int layer) {
    Require.index("layer", layer, newPlacement.layers());
    return byLayer == null ? null : byLayer[layer];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rebalance that
        && changed == that.changed
        && Arrays.equals(layerPriority, that.layerPriority)
        && Arrays.deepEquals(peaks, that.peaks)
        && Arrays.deepEquals(shares, that.shares)
        && Arrays.deepEquals(sources, that.sources)
        && newPlacement.equals(that.newPlacement);
  }

  @Override
  public int hashCode() {
    return (newPlacement.hashCode() * 31 + Arrays.hashCode(layerPriority)) * 31
        + Boolean.hashCode(changed);
  }

  @Override
  public String toString() {
    return "Rebalance[changed %s, %s marked, %s]"
        .formatted(changed, Counted.of(layerPriority.length, "layer"), newPlacement);
  }

  /** Collects an answer that changes the table. Used by one thread. */
  public static final class Builder {
    private final int[] layerPriority;
    private final Placement newPlacement;
    private double @Nullable [][] peaks;
    private double @Nullable [][] shares;
    private int @Nullable [][] sources;
    private boolean built;

    private Builder(int[] layerPriority, Placement newPlacement) {
      this.layerPriority = layerPriority;
      this.newPlacement = newPlacement;
    }

    /**
     * Sets the peaks of a layer in the policy's own measure, which the core takes if the policy
     * minimises {@link Objective#OWN_MEASURE}.
     *
     * @param before the peak of the current row, finite and at least 0
     * @param after the peak of the new row, finite and at least 0
     * @throws InvalidInputException if there is no such layer, or a peak is negative, NaN or
     *     infinite
     */
    public Builder expectedPeak(int layer, double before, double after) {
      double[][] target = peaks == null ? new double[newPlacement.layers()][] : peaks;
      requireWithin("the peak of layer " + layer + " as it is", before, Double.MAX_VALUE);
      requireWithin("the expected peak of layer " + layer, after, Double.MAX_VALUE);
      target[layer(layer)] = new double[] {before, after};
      peaks = target;
      return this;
    }

    /**
     * Sets the part of its expert's traffic that each slot of a layer gets; 0 on EMPTY slots. The
     * core checks that an expert's parts sum to 1 (rule P9).
     *
     * @param slotShares one per slot, rank by rank, 0 to 1; copied
     * @throws InvalidInputException if there is no such layer, the array is too short, or a share
     *     is out of range or NaN
     */
    public Builder shares(int layer, double[] slotShares, int offset) {
      double[][] target = shares == null ? new double[newPlacement.layers()][] : shares;
      int slots = newPlacement.physicalExperts();
      Require.room("a layer's shares", slotShares, offset, slots);
      for (int slot = 0; slot < slots; slot++) {
        requireWithin(
            "the share of layer " + layer + ", slot " + slot, slotShares[offset + slot], 1.0);
      }
      target[layer(layer)] = Arrays.copyOfRange(slotShares, offset, offset + slots);
      shares = target;
      return this;
    }

    /**
     * Sets the rank that each slot's expert should be copied from, should it have to be copied. The
     * core checks that the rank holds it (rule P9).
     *
     * @param slotSources one per slot, rank by rank: a rank, or −1 for any; copied
     * @throws InvalidInputException if there is no such layer or rank, or the array is too short
     */
    public Builder sources(int layer, int[] slotSources, int offset) {
      int[][] target = sources == null ? new int[newPlacement.layers()][] : sources;
      int slots = newPlacement.physicalExperts();
      Require.room("a layer's sources", slotSources, offset, slots);
      for (int slot = 0; slot < slots; slot++) {
        Require.inRange(
            "the source of layer " + layer + ", slot " + slot,
            slotSources[offset + slot],
            -1,
            newPlacement.ranks() - 1);
      }
      target[layer(layer)] = Arrays.copyOfRange(slotSources, offset, offset + slots);
      sources = target;
      return this;
    }

    private int layer(int layer) {
      if (built) {
        throw new InvalidInputException(
            "this answer has been built; start another builder to change it");
      }
      Require.index("layer", layer, newPlacement.layers());
      return layer;
    }

    private static void requireWithin(String what, double value, double maximum) {
      if (!(value >= 0.0 && value <= maximum)) {
        throw new InvalidInputException(
            "%s is %s; it must be between 0 and %s".formatted(what, value, maximum));
      }
    }

    /** Returns the answer. The builder is spent. */
    public Rebalance build() {
      built = true;
      return new Rebalance(true, this);
    }
  }
}
