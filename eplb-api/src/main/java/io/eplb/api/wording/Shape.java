package io.eplb.api.wording;

/** The shapes of tables and loads in words, in the order of their dimensions. */
public final class Shape {
  private Shape() {}

  /** Returns the shape of a placement: {@code 1 layer × 4 ranks × 9 slots}. */
  public static String placement(int layers, int ranks, int slotsPerRank) {
    return Counted.of(layers, "layer") + " × " + slots(ranks, slotsPerRank);
  }

  /** Returns the shape of loads: {@code 1 layer × 256 experts}. */
  public static String loads(int layers, int experts) {
    return Counted.of(layers, "layer") + " × " + Counted.of(experts, "expert");
  }

  /** Returns the shape of one layer: {@code 256 experts on 1 rank × 288 slots}. */
  public static String layer(int experts, int ranks, int slotsPerRank) {
    return Counted.of(experts, "expert") + " on " + slots(ranks, slotsPerRank);
  }

  /** Returns the shape of a table: {@code 1 layer × 256 experts on 32 ranks × 9 slots}. */
  public static String table(int layers, int experts, int ranks, int slotsPerRank) {
    return Counted.of(layers, "layer") + " × " + layer(experts, ranks, slotsPerRank);
  }

  /** Returns the slots of a layer: {@code 32 ranks × 9 slots}. */
  public static String slots(int ranks, int slotsPerRank) {
    return Counted.of(ranks, "rank") + " × " + Counted.of(slotsPerRank, "slot");
  }
}
