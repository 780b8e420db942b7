package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.concurrent.CompletionStage;

/**
 * The record that decides for all ranks which table is in force, once for each switch. For one
 * process this is the {@link io.eplb.core.context.EplbContext}; for several it outlives each of
 * them.
 *
 * <p>Stages complete on any thread, late, or never, and both requests may be made again: the same
 * switch gets the same answer. The updater makes them from one thread.
 */
public interface CommitRecord {
  /** Returns the table in force as far as this process knows; it may be behind. Never waits. */
  ExpertTable current();

  /**
   * Announces a switch, before any rank is asked to hold its steps. From now on until the decision,
   * a rank that has lost its promise can void the switch; then it is never committed.
   */
  CompletionStage<Void> propose(SwitchId id);

  /**
   * Decides a switch. Asked only when every rank has drained and its memory agrees with the new
   * table.
   *
   * <p>If the stage fails, the outcome is not known yet; a repeated request returns it.
   *
   * @param expectedVersion the version of the table that the switch starts from
   * @param layers the layers that change, each once
   * @param rows the placement with their new rows and replica order; other layers are ignored
   * @return committed if that was the version in force and the switch was not voided; final
   */
  CompletionStage<Decision> commit(SwitchId id, long expectedVersion, int[] layers, Placement rows);
}
