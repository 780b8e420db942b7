package io.eplb.api.kit;

import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first thing in which two answers to one call differ.
 *
 * @param text both sides, for people
 * @param layer the first layer that differs; 0 where no layer does
 */
record AnswerDifference(String text, int layer) {

  static AnswerDifference of(Call call, @Nullable Call other) {
    Rebalance here = call.usableAnswer();
    Rebalance there = other == null ? null : other.usableAnswer();
    if (here == null || there == null) {
      return new AnswerDifference(
          call.outcome() + " and " + (other == null ? "no call at all" : other.outcome()), 0);
    }
    if (here.changed() != there.changed()) {
      return new AnswerDifference("changed is " + here.changed() + " and " + there.changed(), 0);
    }
    int[] row = new int[here.newPlacement().physicalExperts()];
    int[] otherRow = new int[row.length];
    for (int layer = 0; layer < here.newPlacement().layers(); layer++) {
      here.newPlacement().copyLayer(layer, row, 0);
      there.newPlacement().copyLayer(layer, otherRow, 0);
      if (!Arrays.equals(row, otherRow)) {
        return new AnswerDifference(inLayer(layer, row, otherRow, here.newPlacement()), layer);
      }
    }
    return Arrays.equals(here.layerPriority(), there.layerPriority())
        ? new AnswerDifference(
            "what they say beside the placement differs: replica order, peaks, shares or sources",
            0)
        : new AnswerDifference(
            "the layer priorities are "
                + Arrays.toString(here.layerPriority())
                + " and "
                + Arrays.toString(there.layerPriority()),
            0);
  }

  private static String inLayer(int layer, int[] row, int[] otherRow, Placement placement) {
    int slot = Arrays.mismatch(row, otherRow);
    return "layer "
        + layer
        + ", rank "
        + slot / placement.slotsPerRank()
        + ", slot "
        + slot % placement.slotsPerRank()
        + " holds expert "
        + row[slot]
        + " and expert "
        + otherRow[slot];
  }
}
