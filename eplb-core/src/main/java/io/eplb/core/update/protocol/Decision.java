package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.AbortReason;
import org.jspecify.annotations.Nullable;

/**
 * What became of a switch, for ever.
 *
 * @param table the table that is in force by it; null if it was not committed
 * @param reason why it was not committed; null if it was
 * @param explanation on one line the same for people; empty if it was committed
 */
public record Decision(
    @Nullable ExpertTable table, @Nullable AbortReason reason, String explanation) {
  /** The switch was committed. */
  public static Decision committed(ExpertTable table) {
    return new Decision(table, null, "");
  }

  /** The switch was not committed, and will not be. */
  public static Decision refused(AbortReason reason, String explanation) {
    return new Decision(null, reason, explanation);
  }
}
