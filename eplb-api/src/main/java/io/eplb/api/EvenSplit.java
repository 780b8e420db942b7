package io.eplb.api;

import java.util.Arrays;

/**
 * The even split of expert loads over the replicas of a table. It is exact: the shares of an
 * expert, added in the order of its slots, are its load bit for bit.
 *
 * <p>Example: a load of 1.0 on three replicas gives 0.333…, 0.333… and what is left of 1.0, which
 * differs from the others in the last bit.
 */
final class EvenSplit {
  private EvenSplit() {}

  /**
   * Splits the loads of several windows.
   *
   * @param expertLoads windows × layers × experts
   * @param tokens windows × layers × slots, 0 everywhere; receives the shares. EMPTY slots stay 0
   * @throws InvalidInputException if a load is negative, NaN or infinite (rule I2)
   */
  static void split(ExpertTable table, int windows, double[] expertLoads, double[] tokens) {
    int layers = table.layers();
    int experts = table.experts();
    int slots = table.physicalExperts();
    int[] row = new int[slots];
    int[] counts = new int[experts];
    int[] seen = new int[experts];
    double[] given = new double[experts];
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
          if (expert == Placement.EMPTY) {
            continue;
          }
          double load = expertLoads[from + expert];
          if (!ExpertWorkload.isLoad(load)) {
            throw ExpertWorkload.noLoad(load, window, layer, "expert " + expert);
          }
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
  }
}
