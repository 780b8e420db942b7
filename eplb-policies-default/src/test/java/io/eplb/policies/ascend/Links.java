package io.eplb.policies.ascend;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Decides by another method than the policy whether a changed row can be transferred over links of
 * one expert each. For every set of experts that a rank receives there must be as many ranks that
 * held one of them (Hall's theorem); a plain matching tests it.
 */
final class Links {
  private Links() {}

  static boolean suffice(int[] before, int[] after, int slots, int span) {
    int ranks = before.length / slots;
    for (int rank = 0; rank < ranks; rank++) {
      int[] held = Arrays.copyOfRange(before, rank * slots, (rank + 1) * slots);
      int[] received =
          Arrays.stream(after, rank * slots, (rank + 1) * slots)
              .distinct()
              .filter(expert -> expert != Placement.EMPTY)
              .filter(expert -> Arrays.stream(held).noneMatch(old -> old == expert))
              .toArray();
      int[] sentBy = new int[ranks];
      Arrays.fill(sentBy, -1);
      for (int index = 0; index < received.length; index++) {
        if (!match(index, received, before, slots, rank / span, span, sentBy, new boolean[ranks])) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean match(
      int index,
      int[] received,
      int[] before,
      int slots,
      int node,
      int span,
      int[] sentBy,
      boolean[] tried) {
    for (int slot = 0; slot < before.length; slot++) {
      int source = slot / slots;
      if (before[slot] == received[index] && source / span == node && !tried[source]) {
        tried[source] = true;
        if (sentBy[source] < 0
            || match(sentBy[source], received, before, slots, node, span, sentBy, tried)) {
          sentBy[source] = index;
          return true;
        }
      }
    }
    return false;
  }
}
