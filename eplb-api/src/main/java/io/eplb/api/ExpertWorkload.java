package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The measured tokens per window × layer × rank × slot, as an engine reports them: one or several
 * time windows, oldest first, each a finite number of tokens of 0 or more (rule I2; −0.0 is taken
 * as 0.0, so that equal loads have equal bits). Immutable.
 *
 * <p>A layer's loads over all windows sum to at most {@link #MAX_LAYER_TOTAL}, so every sum of
 * them, in any order, stays finite.
 *
 * <p>A workload carries the version of the table under which it was measured. That table turns it
 * into expert loads; no other one can. Slots that are EMPTY in that table have no tokens.
 *
 * <p>The load to plan for is the sum over the windows. A window's tokens are its part of that sum:
 * what was measured, multiplied by the {@linkplain #weight weight} of the window. Windows have
 * consecutive {@linkplain #windowId ids}. Successive plans are given overlapping windows, so a
 * policy that keeps its own history takes each id once, and takes it {@linkplain
 * #measuredExpertLoads as it was measured}.
 */
public final class ExpertWorkload {
  /** The most windows a workload may have. */
  public static final int MAX_WINDOWS = 1 << 20;

  /** The most tokens of one layer over all windows and slots: half of the greatest double. */
  public static final double MAX_LAYER_TOTAL = Double.MAX_VALUE / 2;

  private final long measuredUnder;
  private final int windows;
  private final int layers;
  private final int ranks;
  private final int slotsPerRank;
  private final double[] tokens;
  private final boolean measuredPerSlot;
  private final long firstWindowId;

  /** Windows × layers, or null where every weight is 1. */
  private final double @Nullable [] weights;

  private ExpertWorkload(
      long measuredUnder,
      int windows,
      int layers,
      int ranks,
      int slotsPerRank,
      double[] tokens,
      boolean measuredPerSlot,
      long firstWindowId,
      double @Nullable [] weights) {
    this.measuredUnder = measuredUnder;
    this.windows = windows;
    this.layers = layers;
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.tokens = tokens;
    this.measuredPerSlot = measuredPerSlot;
    this.firstWindowId = firstWindowId;
    this.weights = weights;
  }

  /**
   * Creates a workload from what an engine measured slot by slot; the array is copied. Windows have
   * the ids 0, 1, … and the weight 1.
   *
   * @param measuredUnder the version of the table in force while it was measured, 0 or more
   * @param windows 1 to {@value #MAX_WINDOWS}
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param ranks 1 to {@value EpTopology#MAX_RANKS}
   * @param slotsPerRank 1 to {@value EpTopology#MAX_SLOTS_PER_RANK}
   * @param tokens windows × layers × ranks × slots
   * @throws InvalidInputException if a size is out of range, the length is not their product, or a
   *     load is negative, NaN or infinite (rule I2: window, layer, rank and slot are named), or a
   *     layer's loads sum to more than {@link #MAX_LAYER_TOTAL}
   */
  public static ExpertWorkload of(
      long measuredUnder, int windows, int layers, int ranks, int slotsPerRank, double[] tokens) {
    Require.inRange("the version measured under", measuredUnder, 0L, Long.MAX_VALUE);
    int length = checkedLength(windows, layers, ranks, slotsPerRank);
    Require.notNull("tokens", tokens);
    if (tokens.length != length) {
      throw new InvalidInputException(
          "I1: tokens has %s; %s × %s need %s"
              .formatted(
                  Counted.of(tokens.length, "element"),
                  Counted.of(windows, "window"),
                  Shape.placement(layers, ranks, slotsPerRank),
                  length));
    }
    ExpertWorkload workload =
        new ExpertWorkload(
            measuredUnder, windows, layers, ranks, slotsPerRank, tokens.clone(), true, 0L, null);
    workload.normalize();
    return workload;
  }

  /**
   * Creates the workload of one window in which every layer's experts had the given loads under
   * {@code table}, split evenly over the replicas. The split is exact: summing an expert's slots in
   * order gives back its load bit for bit. The window has the id 0 and the weight 1.
   *
   * @param expertLoads layers × experts
   * @throws InvalidInputException if the length is not layers × experts, or a load is negative, NaN
   *     or infinite (rule I2: layer and expert are named), or a layer's loads sum to more than
   *     {@link #MAX_LAYER_TOTAL}
   */
  public static ExpertWorkload ofExpertLoads(ExpertTable table, double[] expertLoads) {
    return ofExpertLoads(table, 1, expertLoads);
  }

  /**
   * As {@link #ofExpertLoads(ExpertTable, double[])}, for several windows; the split is exact
   * window by window.
   *
   * @param windows 1 to {@value #MAX_WINDOWS}
   * @param expertLoads windows × layers × experts
   * @throws InvalidInputException as there, and if {@code windows} is out of range
   */
  public static ExpertWorkload ofExpertLoads(ExpertTable table, int windows, double[] expertLoads) {
    Require.notNull("table", table);
    Require.notNull("expertLoads", expertLoads);
    int layers = table.layers();
    int experts = table.experts();
    int length = checkedLength(windows, layers, table.ranks(), table.slotsPerRank());
    int expected = Require.arrayLength("the expert loads", windows, layers, experts);
    if (expertLoads.length != expected) {
      throw new InvalidInputException(
          "I1: expert loads have %s; %s × %s need %s"
              .formatted(
                  Counted.of(expertLoads.length, "element"),
                  Counted.of(windows, "window"),
                  Shape.loads(layers, experts),
                  expected));
    }
    double[] tokens = new double[length];
    EvenSplit.split(table, windows, expertLoads, tokens);
    ExpertWorkload workload =
        new ExpertWorkload(
            table.version(),
            windows,
            layers,
            table.ranks(),
            table.slotsPerRank(),
            tokens,
            false,
            0L,
            null);
    workload.normalize();
    return workload;
  }

  private static int checkedLength(int windows, int layers, int ranks, int slotsPerRank) {
    Require.inRange("windows", windows, 1, MAX_WINDOWS);
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    Require.inRange("slots per rank", slotsPerRank, 1, EpTopology.MAX_SLOTS_PER_RANK);
    return Require.arrayLength("the workload", windows, layers, ranks, slotsPerRank);
  }

  static boolean isLoad(double load) {
    return load >= 0.0 && load <= Double.MAX_VALUE;
  }

  static InvalidInputException noLoad(double load, int window, int layer, String where) {
    return new InvalidInputException(
        "I2: the load of window %s, layer %s, %s is %s; every load must be finite and at least 0"
            .formatted(window, layer, where, load));
  }

  /** Turns −0.0 into 0.0 and checks rule I2, before anyone else sees the array. */
  private void normalize() {
    int slots = physicalExperts();
    for (int layer = 0; layer < layers; layer++) {
      double total = 0.0;
      for (int window = 0; window < windows; window++) {
        int base = (window * layers + layer) * slots;
        for (int slot = 0; slot < slots; slot++) {
          double load = tokens[base + slot];
          if (!isLoad(load)) {
            throw noLoad(
                load,
                window,
                layer,
                "rank " + slot / slotsPerRank + ", slot " + slot % slotsPerRank);
          }
          tokens[base + slot] = load + 0.0;
          total += load;
        }
      }
      if (total > MAX_LAYER_TOTAL) {
        throw new InvalidInputException(
            "I2: the loads of layer %s sum to %s; at most %s is supported, scale them down"
                .formatted(layer, total, MAX_LAYER_TOTAL));
      }
    }
  }

  /**
   * Returns this workload with other window ids; the loads are shared.
   *
   * @param first the id of the oldest window, 0 to {@link Long#MAX_VALUE} − {@value #MAX_WINDOWS}
   * @throws InvalidInputException if the id is out of range
   */
  public ExpertWorkload withWindowIds(long first) {
    Require.inRange("the first window's id", first, 0L, Long.MAX_VALUE - MAX_WINDOWS);
    return with(measuredPerSlot, first, weights);
  }

  /**
   * Returns this workload with other window weights; the loads, which are parts of the estimate
   * already, are shared and stay as they are.
   *
   * @param windowWeights windows × layers, each finite and at least 0; copied
   * @throws InvalidInputException if the length is not windows × layers, a weight is negative, NaN
   *     or infinite, or a window has tokens in a layer in which its weight is 0
   */
  public ExpertWorkload withWeights(double[] windowWeights) {
    Require.notNull("the weights", windowWeights);
    if (windowWeights.length != windows * layers) {
      throw new InvalidInputException(
          "I1: there are %s; %s × %s need %s"
              .formatted(
                  Counted.of(windowWeights.length, "weight"),
                  Counted.of(windows, "window"),
                  Counted.of(layers, "layer"),
                  windows * layers));
    }
    double[] copy = windowWeights.clone();
    for (int at = 0; at < copy.length; at++) {
      int window = at / layers;
      int layer = at % layers;
      if (!(copy[at] >= 0.0 && copy[at] <= Double.MAX_VALUE)) {
        throw new InvalidInputException(
            "I2: the weight of window %s, layer %s is %s; every weight must be finite and at least 0"
                .formatted(window, layer, copy[at]));
      }
      if (copy[at] == 0.0) {
        requireNoTokens(window, layer);
      }
    }
    return with(measuredPerSlot, firstWindowId, copy);
  }

  /**
   * Returns this workload with another answer to {@link #measuredPerSlot}; the loads are shared. A
   * workload that was sent to another process is made whole again by this.
   */
  public ExpertWorkload withMeasuredPerSlot(boolean measured) {
    return with(measured, firstWindowId, weights);
  }

  private ExpertWorkload with(boolean measured, long first, double @Nullable [] newWeights) {
    return new ExpertWorkload(
        measuredUnder, windows, layers, ranks, slotsPerRank, tokens, measured, first, newWeights);
  }

  private void requireNoTokens(int window, int layer) {
    int from = (window * layers + layer) * physicalExperts();
    for (int slot = 0; slot < physicalExperts(); slot++) {
      if (tokens[from + slot] > 0.0) {
        throw new InvalidInputException(
            "I2: the weight of window %s, layer %s is 0, and rank %s, slot %s has a part of %s tokens in the estimate; it must have none"
                .formatted(
                    window, layer, slot / slotsPerRank, slot % slotsPerRank, tokens[from + slot]));
      }
    }
  }

  /** Returns the version of the table that was in force while this was measured. */
  public long measuredUnder() {
    return measuredUnder;
  }

  /** Returns the number of windows, 1 or more. */
  public int windows() {
    return windows;
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
   * Returns whether the tokens were measured slot by slot. If not, they are loads of experts, split
   * evenly over their replicas.
   */
  public boolean measuredPerSlot() {
    return measuredPerSlot;
  }

  /**
   * Returns the id of a window: one more than that of the window before it. A window keeps its id
   * from plan to plan. The oldest window may stand for all windows before the next one.
   *
   * @throws InvalidInputException if there is no such window
   */
  public long windowId(int window) {
    Require.index("window", window, windows);
    return firstWindowId + window;
  }

  /**
   * Returns the weight of a window in a layer: the factor by which the measured tokens were
   * multiplied to become a part of the estimate, 0 if the window does not count.
   *
   * @throws InvalidInputException if there is no such window or layer
   */
  public double weight(int window, int layer) {
    Require.index("window", window, windows);
    Require.index("layer", layer, layers);
    return weights == null ? 1.0 : weights[window * layers + layer];
  }

  /**
   * Returns the part of the estimate that one slot has from one window, in tokens.
   *
   * @throws InvalidInputException if there is no such window, layer, rank or slot
   */
  public double tokens(int window, int layer, int rank, int slot) {
    Require.index("window", window, windows);
    Require.index("layer", layer, layers);
    Require.index("rank", rank, ranks);
    Require.index("slot", slot, slotsPerRank);
    return tokens[((window * layers + layer) * ranks + rank) * slotsPerRank + slot];
  }

  /**
   * Copies one window's part of one layer's estimate, one per slot, rank by rank.
   *
   * @throws InvalidInputException if there is no such window or layer, or too little room
   */
  public void copyLayer(int window, int layer, double[] destination, int offset) {
    Require.index("window", window, windows);
    Require.index("layer", layer, layers);
    Require.room("a layer's loads", destination, offset, physicalExperts());
    System.arraycopy(
        tokens,
        (window * layers + layer) * physicalExperts(),
        destination,
        offset,
        physicalExperts());
  }

  /**
   * Computes one layer's expert loads: per logical expert, the tokens of all its replicas over all
   * windows, added in the order of windows, then slots.
   *
   * @param table the table this was measured under, or one that is equal in this layer
   * @throws InvalidInputException if the shapes differ (rule I1), there is no such layer, or too
   *     little room
   */
  public void expertLoads(ExpertTable table, int layer, double[] destination, int offset) {
    expertLoads(table, layer, 0, windows, destination, offset);
  }

  /**
   * As {@link #expertLoads(ExpertTable, int, double[], int)}, over the windows {@code [fromWindow,
   * toWindow)}.
   *
   * @throws InvalidInputException as there, and if the windows are not within 0 to {@link
   *     #windows()}
   */
  public void expertLoads(
      ExpertTable table,
      int layer,
      int fromWindow,
      int toWindow,
      double[] destination,
      int offset) {
    requireShapeOf(table);
    Require.index("layer", layer, layers);
    Require.inRange("the first window", fromWindow, 0, windows);
    Require.inRange("the window after the last", toWindow, fromWindow, windows);
    Require.room("a layer's expert loads", destination, offset, table.experts());
    Arrays.fill(destination, offset, offset + table.experts(), 0.0);
    int slots = physicalExperts();
    int[] physicalToLogical = table.placement().physicalToLogical();
    int tableBase = layer * slots;
    for (int window = fromWindow; window < toWindow; window++) {
      int base = (window * layers + layer) * slots;
      for (int slot = 0; slot < slots; slot++) {
        int expert = physicalToLogical[tableBase + slot];
        if (expert != Placement.EMPTY) {
          destination[offset + expert] += tokens[base + slot];
        }
      }
    }
  }

  /**
   * Computes one window's expert loads as they were measured: its part of the estimate ÷ its
   * weight; 0 for every expert if the weight is 0.
   *
   * @param table the table this was measured under, or one that is equal in this layer
   * @throws InvalidInputException if the shapes differ (rule I1), there is no such window or layer,
   *     or too little room
   */
  public void measuredExpertLoads(
      ExpertTable table, int layer, int window, double[] destination, int offset) {
    double weight = weight(window, layer);
    expertLoads(table, layer, window, window + 1, destination, offset);
    if (weight != 1.0 && weight != 0.0) {
      for (int expert = offset; expert < offset + table.experts(); expert++) {
        destination[expert] = Math.min(destination[expert] / weight, Double.MAX_VALUE);
      }
    }
  }

  /**
   * Computes the variance of one layer's estimate between windows, per expert in tokens²: Σ p ×
   * (part ÷ p − estimate)² over the windows that have load, where part is the expert's load in a
   * window and p the window's share of the layer's load. 0 if one window has all the load. The
   * estimate itself is what {@link #expertLoads(ExpertTable, int, double[], int)} computes.
   *
   * <p>Example: an expert has 3 of 5 tokens in one window and 1 of 5 in the other. The estimate is
   * 4 of 10 tokens, each p is ½, and the variance ½ (6 − 4)² + ½ (2 − 4)² = 4.
   *
   * @param table the table this was measured under, or one that is equal in this layer
   * @throws InvalidInputException if the shapes differ (rule I1), there is no such layer, or too
   *     little room
   */
  public void expertVariances(ExpertTable table, int layer, double[] destination, int offset) {
    double[] estimate = new double[Require.notNull("table", table).experts()];
    double[] part = new double[estimate.length];
    expertLoads(table, layer, estimate, 0);
    Require.room("a layer's expert variances", destination, offset, estimate.length);
    Arrays.fill(destination, offset, offset + estimate.length, 0.0);
    double total = sum(estimate);
    for (int window = 0; window < windows && total > 0.0; window++) {
      expertLoads(table, layer, window, window + 1, part, 0);
      double share = sum(part) / total;
      if (share == 0.0) {
        continue;
      }
      for (int expert = 0; expert < part.length; expert++) {
        double deviation = part[expert] / share - estimate[expert];
        double next = destination[offset + expert] + share * deviation * deviation;
        destination[offset + expert] = Math.min(next, Double.MAX_VALUE);
      }
    }
  }

  private static double sum(double[] values) {
    double sum = 0.0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * Checks that this workload and a table have the same layers, ranks and slots (rule I1).
   *
   * @throws InvalidInputException if not, saying both shapes
   */
  public void requireShapeOf(ExpertTable table) {
    Require.notNull("table", table);
    if (layers != table.layers()
        || ranks != table.ranks()
        || slotsPerRank != table.slotsPerRank()) {
      throw new InvalidInputException(
          "I1: the workload has %s, the expert table %s × %s × %s; they must agree"
              .formatted(
                  Shape.placement(layers, ranks, slotsPerRank),
                  table.layers(),
                  table.ranks(),
                  table.slotsPerRank()));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExpertWorkload that
        && measuredUnder == that.measuredUnder
        && windows == that.windows
        && layers == that.layers
        && ranks == that.ranks
        && slotsPerRank == that.slotsPerRank
        && measuredPerSlot == that.measuredPerSlot
        && firstWindowId == that.firstWindowId
        && Arrays.equals(weights, that.weights)
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens) * 31 + Long.hashCode(measuredUnder);
  }

  @Override
  public String toString() {
    return "ExpertWorkload[%s × %s, measured under version %s]"
        .formatted(
            Counted.of(windows, "window"),
            Shape.placement(layers, ranks, slotsPerRank),
            measuredUnder);
  }
}
