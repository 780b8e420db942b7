package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.AbortReason;
import org.jspecify.annotations.Nullable;

/**
 * The final decision on a switch.
 *
 * @param table the new table in force; null if the switch was not committed
 * @param reason the reason why it was not committed; null if it was
 * @param explanation the reason in words, on one line; empty if it was committed
 */
public record Decision(
    @Nullable ExpertTable table, @Nullable AbortReason reason, String explanation) {
  /** Returns the decision to commit. */
  public static Decision committed(ExpertTable table) {
    return new Decision(table, null, "");
  }

  /** Returns the decision never to commit. */
  public static Decision refused(AbortReason reason, String explanation) {
    return new Decision(null, reason, explanation);
  }
}
