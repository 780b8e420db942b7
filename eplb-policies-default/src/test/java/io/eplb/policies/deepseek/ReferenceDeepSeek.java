package io.eplb.policies.deepseek;

import io.eplb.policies.kernel.NaiveReference;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The procedure of DeepSeek's EPLB for one layer, written as plainly as possible. */
final class ReferenceDeepSeek {
  /** The logical expert and the replica number of each physical slot. */
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
    int[] groupAt = NaiveReference.pack(groupLoads, nodes);
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
    float[] localLoads = new float[local.length];
    for (int expert = 0; expert < local.length; expert++) {
      localLoads[expert] = loads[local[expert]];
    }
    int[] expertOf = NaiveReference.replicate(localLoads, slots);
    int[] counts = new int[local.length];
    int[] replicaOf = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      replicaOf[slot] = counts[expertOf[slot]]++;
    }
    float[] weights = new float[slots];
    for (int slot = 0; slot < slots; slot++) {
      weights[slot] = localLoads[expertOf[slot]] / counts[expertOf[slot]];
    }
    int[] itemAt = NaiveReference.pack(weights, ranks);
    for (int slot = 0; slot < slots; slot++) {
      experts[firstSlot + slot] = local[expertOf[itemAt[slot]]];
      replicas[firstSlot + slot] = replicaOf[itemAt[slot]];
    }
  }
}
