package io.eplb.policies.deepseek;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The procedure of DeepSeek's EPLB for one layer, as plainly as it is described: in single
 * precision, the lower index first among equals.
 */
final class ReferenceDeepSeek {
  /** By physical slot: its logical expert, and which of the expert's replicas it is. */
  final int[] experts;

  final int[] replicas;

  private ReferenceDeepSeek(int slots) {
    experts = new int[slots];
    replicas = new int[slots];
  }

  /** Places a layer; globally if nodes do not divide groups. */
  static ReferenceDeepSeek place(
      double[] tokens, int slots, int someGroups, int someNodes, int ranks) {
    boolean hierarchical = someGroups % someNodes == 0;
    int groups = hierarchical ? someGroups : 1;
    int nodes = hierarchical ? someNodes : 1;
    int size = tokens.length / groups;
    float[] loads = new float[tokens.length];
    float[] groupLoads = new float[groups];
    for (int expert = 0; expert < loads.length; expert++) {
      loads[expert] = (float) tokens[expert];
      groupLoads[expert / size] += loads[expert];
    }
    int[] groupAt = pack(groupLoads, nodes);
    int[] logicalOf =
        IntStream.of(groupAt)
            .flatMap(group -> IntStream.range(group * size, (group + 1) * size))
            .toArray();
    ReferenceDeepSeek placed = new ReferenceDeepSeek(slots);
    for (int node = 0; node < nodes; node++) {
      int first = node * (loads.length / nodes);
      int[] local = Arrays.copyOfRange(logicalOf, first, first + loads.length / nodes);
      placed.placeNode(local, loads, node * (slots / nodes), slots / nodes, ranks / nodes);
    }
    return placed;
  }

  private void placeNode(int[] local, float[] loads, int firstSlot, int slots, int ranks) {
    int[] counts = new int[local.length];
    int[] expertOf = new int[slots];
    int[] replicaOf = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      int chosen = slot < local.length ? slot : 0;
      for (int expert = 1; slot >= local.length && expert < local.length; expert++) {
        if (loads[local[expert]] / counts[expert] > loads[local[chosen]] / counts[chosen]) {
          chosen = expert;
        }
      }
      expertOf[slot] = chosen;
      replicaOf[slot] = counts[chosen]++;
    }
    float[] weights = new float[slots];
    for (int slot = 0; slot < slots; slot++) {
      weights[slot] = loads[local[expertOf[slot]]] / counts[expertOf[slot]];
    }
    int[] itemAt = pack(weights, ranks);
    for (int slot = 0; slot < slots; slot++) {
      experts[firstSlot + slot] = local[expertOf[itemAt[slot]]];
      replicas[firstSlot + slot] = replicaOf[itemAt[slot]];
    }
  }

  /** Returns the item at each position, pack by pack. */
  private static int[] pack(float[] weights, int packs) {
    int capacity = weights.length / packs;
    if (capacity == 1) {
      return IntStream.range(0, packs).toArray();
    }
    int[] itemAt = new int[weights.length];
    float[] sums = new float[packs];
    int[] filled = new int[packs];
    IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparing(item -> -weights[item]))
        .forEach(
            item -> {
              int lightest = -1;
              for (int pack = 0; pack < packs; pack++) {
                if (filled[pack] < capacity && (lightest < 0 || sums[pack] < sums[lightest])) {
                  lightest = pack;
                }
              }
              itemAt[lightest * capacity + filled[lightest]++] = item;
              sums[lightest] += weights[item];
            });
    return itemAt;
  }
}
