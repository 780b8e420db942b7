package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rule P7: the same input gives the same answer. Both answers obey rule P1. */
final class AnswerIsRepeatable {
  private AnswerIsRepeatable() {}

  static @Nullable Breach firstBreach(ExpertTable current, Rebalance first, Rebalance second) {
    if (first.changed() != second.changed()) {
      return breach(-1, -1, -1, "one answer changes the table and the other does not");
    }
    // Whatever the placement says, the table stays.
    if (!first.changed()) {
      return null;
    }
    Breach place = firstDifference(current, first.newPlacement(), second.newPlacement());
    if (place != null) {
      return place;
    }
    if (!first.newPlacement().equals(second.newPlacement())) {
      return breach(-1, -1, -1, "two answers list replicas in different orders");
    }
    if (!Arrays.equals(first.layerPriority(), second.layerPriority())) {
      return breach(-1, -1, -1, "two answers have different layer priorities");
    }
    return null;
  }

  private static @Nullable Breach firstDifference(
      ExpertTable shape, Placement first, Placement second) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int rank = 0; rank < shape.ranks(); rank++) {
        for (int slot = 0; slot < shape.slotsPerRank(); slot++) {
          int one = first.expertAt(layer, rank, slot);
          int other = second.expertAt(layer, rank, slot);
          if (one != other) {
            return breach(
                layer, rank, slot, "expert " + one + " in one answer, " + other + " in the other");
          }
        }
      }
    }
    return null;
  }

  static Breach breach(int layer, int rank, int slot, String what) {
    return new Breach(Rule.P7, layer, rank, slot, what);
  }
}
