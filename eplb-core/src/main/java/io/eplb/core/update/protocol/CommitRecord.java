package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.concurrent.CompletionStage;

/**
 * What decides, once and for all ranks, which table is in force. For one process this is the {@link
 * io.eplb.core.context.EplbContext}; for several it is something that outlives any of them.
 *
 * <p>Stages complete on any thread, late, or never, and both requests may be made again: the same
 * switch gets the same answer. The updater makes them from one thread.
 */
public interface CommitRecord {
  /** Returns the table in force as far as this process knows; it may be behind. Never waits. */
  ExpertTable current();

  /**
   * Announces a switch, before any rank is asked to hold its steps. From now on until it is
   * decided, a rank that has lost what it promised can void the switch: it will not be committed.
   */
  CompletionStage<Void> propose(SwitchId id);

  /**
   * Decides a switch. Asked only when every rank has drained, and holds what the new table says.
   *
   * <p>If the stage fails, the outcome is not known yet; whoever asks again will learn it.
   *
   * @param expectedVersion the version of the table that the switch starts from
   * @param layers the layers that change, each once
   * @param rows their new rows with the replica order; other layers are not looked at
   * @return committed, if that was the version in force and the switch was not voided; the answer
   *     is final
   */
  CompletionStage<Decision> commit(SwitchId id, long expectedVersion, int[] layers, Placement rows);
}
