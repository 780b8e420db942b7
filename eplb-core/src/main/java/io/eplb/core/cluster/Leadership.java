package io.eplb.core.cluster;

import java.util.concurrent.CompletionStage;

/**
 * The leadership of a candidate that was elected.
 *
 * <p>It may be over before this process hears of it, and another process may lead. So everything
 * that the leader writes names its epoch, and who has seen a greater one refuses it.
 */
public interface Leadership {
  /** Returns the epoch of this leadership, 1 or more, greater than those of all before. */
  long epoch();

  /**
   * Completes when this process knows that the leadership is over: its candidate was closed, or the
   * group has given it up.
   */
  CompletionStage<Void> lost();
}
