package io.eplb.server.message;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.server.problem.ProblemException;
import java.util.Arrays;

/**
 * A table as the arrays that engines read, flat and in row-major order.
 *
 * <p>Example: a layer whose slots hold 0, 1, 0 has the counts 2, 1 and the slots [0, 2] and [1,
 * −1].
 */
final class AnswerArrays {
  /** The most elements of an array of an answer: half a gigabyte as NumPy's int64. */
  private static final long MOST_ELEMENTS = 1L << 26;

  final int layers;
  final int slots;
  final int experts;

  /** The most replicas of an expert. */
  final int replicas;

  /** [layers, slots]: the expert of each slot, −1 if it is empty. */
  final int[] physicalToLogical;

  /** [layers, experts]: the replicas of each expert. */
  final int[] logicalCount;

  /** [layers, experts, replicas]: the slots of each expert, ascending, then −1. */
  final int[] logicalToPhysical;

  AnswerArrays(ExpertTable table) {
    layers = table.layers();
    slots = table.physicalExperts();
    experts = table.experts();
    physicalToLogical = new int[layers * slots];
    logicalCount = new int[layers * experts];
    for (int layer = 0; layer < layers; layer++) {
      table.copyLayer(layer, physicalToLogical, layer * slots);
    }
    replicas = count();
    long elements = (long) layers * experts * replicas;
    if (elements > MOST_ELEMENTS) {
      throw ProblemException.of(
          422,
          "logical_to_physical would have %s × %s × %s elements, since an expert has %s replicas; at most %s are supported"
              .formatted(layers, experts, replicas, replicas, MOST_ELEMENTS));
    }
    logicalToPhysical = new int[(int) elements];
    Arrays.fill(logicalToPhysical, -1);
    list();
  }

  /** Counts the replicas; returns the most of an expert. */
  private int count() {
    int most = 0;
    for (int layer = 0; layer < layers; layer++) {
      int base = layer * experts;
      for (int slot = layer * slots; slot < (layer + 1) * slots; slot++) {
        int expert = physicalToLogical[slot];
        if (expert != Placement.EMPTY) {
          most = Math.max(most, ++logicalCount[base + expert]);
        }
      }
    }
    return most;
  }

  private void list() {
    int[] found = new int[experts];
    for (int layer = 0; layer < layers; layer++) {
      Arrays.fill(found, 0);
      int base = layer * experts;
      for (int slot = 0; slot < slots; slot++) {
        int expert = physicalToLogical[layer * slots + slot];
        if (expert != Placement.EMPTY) {
          logicalToPhysical[(base + expert) * replicas + found[expert]++] = slot;
        }
      }
    }
  }
}
