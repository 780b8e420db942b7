package io.eplb.core.format.placement;

import io.eplb.api.wording.Counted;
import io.eplb.core.format.document.TokenInput;
import java.util.Map;
import java.util.SortedMap;

/** The rows of layers of a file that says how many slots each has. */
final class LayerRows {
  private LayerRows() {}

  /**
   * Returns the rows one behind the other.
   *
   * @param pointer the place of the rows
   * @param rows the slots of each layer
   * @param slots the slots that each must have
   * @throws io.eplb.api.InvalidInputException if a row has not so many
   */
  static int[] joined(TokenInput input, String pointer, SortedMap<Integer, int[]> rows, int slots) {
    // All rows are looked at before memory is taken for them: a small file may say many slots.
    for (Map.Entry<Integer, int[]> row : rows.entrySet()) {
      if (row.getValue().length != slots) {
        throw input.fault(
            pointer + "/" + row.getKey(),
            "has %s; num_slots says %s"
                .formatted(Counted.of(row.getValue().length, "expert id"), slots));
      }
    }
    int[] joined = new int[Math.multiplyExact(rows.size(), slots)];
    int at = 0;
    for (int[] row : rows.values()) {
      System.arraycopy(row, 0, joined, at, slots);
      at += slots;
    }
    return joined;
  }
}
