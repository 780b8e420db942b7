package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measured tokens per window × layer × rank × slot, as an engine reports them: one or several time
 * windows, oldest first, each a finite number of tokens of 0 or more (rule I2; −0.0 is taken as
 * 0.0, so that equal loads have equal bits). Immutable.
 *
 * <p>A layer's loads over all windows sum to at most {@link #MAX_LAYER_TOTAL}, so every sum of
 * them, in any order, stays finite.
 *
 * <p>A workload carries the version of the table under which it was measured. That table turns it
 * into expert loads; no other one can. The load to plan for is the sum over the windows.
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

  private ExpertWorkload(
      long measuredUnder, int windows, int layers, int ranks, int slotsPerRank, double[] tokens) {
    this.measuredUnder = measuredUnder;
    this.windows = windows;
    this.layers = layers;
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.tokens = tokens;
  }

  /**
   * Creates a workload from what an engine measured; the array is copied.
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
        new ExpertWorkload(measuredUnder, windows, layers, ranks, slotsPerRank, tokens.clone());
    workload.normalize();
    return workload;
  }

  /**
   * Creates the workload of one window in which every layer's experts had the given loads under
   * {@code table}, split evenly over the replicas. The split is exact: summing an expert's slots in
   * order gives back its load bit for bit.
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
    int slots = table.physicalExperts();
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
    int[] counts = new int[experts];
    int[] seen = new int[experts];
    double[] given = new double[experts];
    int[] row = new int[slots];
    for (int layer = 0; layer < layers; layer++) {
      table.copyLayer(layer, row, 0);
      table.copyReplicaCounts(layer, counts, 0);
      for (int window = 0; window < windows; window++) {
        int from = (window * layers + layer) * experts;
        int to = (window * layers + layer) * slots;
        Arrays.fill(seen, 0);
        Arrays.fill(given, 0.0);
        for (int slot = 0; slot < slots; slot++) {
          int expert = row[slot];
          double load = expertLoads[from + expert];
          requireLoad(load, window, layer, "expert " + expert);
          // The last replica takes the rest; by Sterbenz's lemma that difference is exact. Among
          // subnormal numbers, where every sum and difference is exact, a share may have been
          // rounded up so far that nothing is left: no replica gets more than the rest.
          double rest = load - given[expert];
          double share =
              ++seen[expert] == counts[expert] ? rest : Math.min(load / counts[expert], rest);
          given[expert] += share;
          tokens[to + slot] = share;
        }
      }
    }
    ExpertWorkload workload =
        new ExpertWorkload(
            table.version(), windows, layers, table.ranks(), table.slotsPerRank(), tokens);
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

  private static void requireLoad(double load, int window, int layer, String where) {
    if (!(load >= 0.0 && load <= Double.MAX_VALUE)) {
      throw new InvalidInputException(
          "I2: the load of window %s, layer %s, %s is %s; every load must be finite and at least 0"
              .formatted(window, layer, where, load));
    }
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
          if (!(load >= 0.0 && load <= Double.MAX_VALUE)) {
            requireLoad(
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
   * Returns the tokens that one slot received in one window.
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
   * Copies one window's loads of one layer, one per slot, rank by rank.
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
        destination[offset + physicalToLogical[tableBase + slot]] += tokens[base + slot];
      }
    }
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
