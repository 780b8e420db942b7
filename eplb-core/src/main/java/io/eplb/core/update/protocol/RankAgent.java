package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The updater's access to one rank: its buffers, its memory and its steps. The rank may be of this
 * process ({@link LocalRanks}) or of another, behind messages.
 *
 * <p>Every request is answered by a stage, on any thread, late, or never. A request may be
 * repeated: the rank then answers as before and does nothing more. Requests may arrive in another
 * order than they were made: a rank refuses, by a failed stage, a request that is too early or too
 * late. The updater makes them from one thread.
 *
 * <p>The requests of one update to a rank, in their order:
 *
 * <pre>
 *   join ─▶ prepare ─▶ receive … ─▶ hold ─▶ drain ─▶ exchange … ─▶ (decision) ─▶ commit ─▶ release
 *           one layer's proposal    one switch, for all layers that are ready    or abort
 * </pre>
 *
 * <p>A rank that comes back without its state is a new incarnation. It first lets the {@link
 * CommitRecord} void the undecided switch, and starts with the record's table. Requests to an
 * earlier incarnation may still reach it. They can cost it buffers until the next update and
 * nothing else, since it holds its steps for none of them.
 */
public interface RankAgent {
  /** Returns the number of buffers of the rank; always the same. */
  int buffers();

  /**
   * Takes part in an update from now on, and in no earlier one: forgets the proposals of earlier
   * updates and refuses their requests. So the work of a crashed planner ends here.
   *
   * <p>Fails while the outcome of a switch is not known, if a later update was joined already, or
   * if another version serves. Fails with an {@link io.eplb.api.InternalException} if the rank
   * cannot serve, also because it has missed a commit.
   *
   * @param version the version of the table that serves
   * @return the incarnation of the rank
   */
  CompletionStage<Long> join(long update, long version);

  /**
   * Reserves a proposal's buffers. Completes when the rank has them.
   *
   * <p>Fails if the rank has not joined its update, one of the buffers belongs to another proposal
   * or is still being written, or this one was released already.
   */
  CompletionStage<Void> prepare(Proposal proposal);

  /**
   * Starts a proposal's copy into a buffer, as {@link ExpertWeights#receive}. Completes, normally
   * or not, when nothing will be written to the buffer any more.
   *
   * @throws RuntimeException if the end of writing to the buffer can never be known: no stage will
   *     complete
   */
  CompletionStage<Void> receive(ProposalId proposal, int buffer);

  /**
   * Forgets a proposal, known or not: nothing more is done for it. Copies that have started go on
   * until their own stages complete; the other buffers are free once this has completed. Fails
   * while the outcome of an exchange of its buffers is undecided.
   */
  CompletionStage<Void> release(ProposalId proposal);

  /**
   * Holds up all steps that the rank has not begun. The rank goes on by itself if {@link #drain}
   * has not been completed within the limit.
   *
   * @param incarnation the rank's answer to {@link #join}; another incarnation refuses
   * @return the last step that the rank has begun, −1 if none
   */
  CompletionStage<Long> hold(SwitchId id, long incarnation, Duration limit);

  /**
   * Lets steps below a fence begin, and completes when all of them have ended. From that moment on
   * the rank does not go on by itself: no step begins until the outcome is known.
   *
   * @param fence the first step that is held up; greater than any rank's answer to {@link #hold}
   */
  CompletionStage<Void> drain(SwitchId id, long fence);

  /**
   * Exchanges the slots and buffers of a proposal, all or none, so that it can be undone. After a
   * failure memory is as before; if that fails too, {@link #abort} fails.
   */
  CompletionStage<Void> exchange(SwitchId id, ProposalId proposal);

  /**
   * Goes on with the new, committed table; exchanges stay.
   *
   * <p>Fails with an {@link io.eplb.api.InternalException} if the rank cannot serve any more; then
   * a repetition is of no use.
   */
  CompletionStage<Void> commit(SwitchId id, ExpertTable table);

  /**
   * Goes on with the old table, also if the switch is unknown: takes exchanges back, and does
   * nothing more for the switch.
   *
   * <p>Fails while the outcome of an earlier switch is not known, and as {@link #commit}: also if
   * memory cannot be put back.
   */
  CompletionStage<Void> abort(SwitchId id);

  /** Returns the first step that the rank has not begun, or not ended. */
  CompletionStage<Long> endedBelow();

  /**
   * Called when the rank has failed, for those that share its process; nothing more is asked of it
   * until it has {@link #returned}. Does nothing unless overridden.
   */
  default void lost() {}

  /** Called when a lost rank may take part in updates again. Does nothing unless overridden. */
  default void returned() {}
}
