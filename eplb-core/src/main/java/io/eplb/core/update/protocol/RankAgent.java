package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One rank as the updater sees it: its buffers, its memory, and the steps that it runs. The rank
 * may be of this process ({@link LocalRanks}) or of another, behind messages.
 *
 * <p>Every request is answered by a stage, on any thread, late, or never. Each names what it is
 * about, and may be made again: a rank that has done it already answers as before and does nothing
 * more. Requests may arrive in another order than they were made in: a rank refuses, by a failed
 * stage, what it cannot do now or must not do any more. The updater makes them from one thread.
 *
 * <p>In its order, one update asks of a rank
 *
 * <pre>
 *   join ─▶ prepare ─▶ receive … ─▶ hold ─▶ drain ─▶ exchange … ─▶ (decision) ─▶ commit ─▶ release
 *           one layer's proposal    one switch, for all layers that are ready    or abort
 * </pre>
 *
 * <p>A rank that comes back after it has lost its state is another incarnation of it. It first lets
 * the {@link CommitRecord} void what is undecided, and starts with the record's table. Requests
 * that were made of an earlier incarnation may still reach it: they can cost it buffers until the
 * next update, and nothing else, since it holds its steps for none of them.
 */
public interface RankAgent {
  /** Returns how many buffers the rank has; always the same. */
  int buffers();

  /**
   * Takes part in an update from now on, and in no earlier one: forgets their proposals, and
   * refuses what they still ask. So what another planner has left behind ends here.
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
   * @throws RuntimeException if nobody will ever know whether something writes to the buffer: no
   *     stage will complete
   */
  CompletionStage<Void> receive(ProposalId proposal, int buffer);

  /**
   * Forgets a proposal, whether or not it was known: from now on nothing is done for it. Copies
   * that have started go on until their own stages complete; the other buffers are free once this
   * has completed. Fails while it is undecided what is in its buffers.
   */
  CompletionStage<Void> release(ProposalId proposal);

  /**
   * Lets no step begin that the rank has not begun yet. If nothing more is heard of the switch
   * within the limit and {@link #drain} has not been completed, the rank goes on by itself.
   *
   * @param incarnation what the rank has answered to {@link #join}; another one refuses
   * @return the last step that the rank has begun, −1 if none
   */
  CompletionStage<Long> hold(SwitchId id, long incarnation, Duration limit);

  /**
   * Lets steps begin up to a fence, and completes when all below it have ended. From that moment on
   * the rank does not go on by itself any more: no step begins until the outcome is known.
   *
   * @param fence the first step that is held up; greater than what any rank answered to {@link
   *     #hold}
   */
  CompletionStage<Void> drain(SwitchId id, long fence);

  /**
   * Lets slots and buffers change places as a proposal says, so that it can be undone. All or
   * nothing: if it fails, memory is as before, unless that fails too; then {@link #abort} says so.
   */
  CompletionStage<Void> exchange(SwitchId id, ProposalId proposal);

  /**
   * Goes on with a new table, which is committed: what was exchanged stays.
   *
   * <p>Fails with an {@link io.eplb.api.InternalException} if the rank cannot serve any more; then
   * asking again is of no use.
   */
  CompletionStage<Void> commit(SwitchId id, ExpertTable table);

  /**
   * Goes on with the old table, whether or not anything is known of the switch: what was exchanged
   * is exchanged back, and nothing more is done for the switch.
   *
   * <p>Fails while the outcome of an earlier switch is not known, and as {@link #commit}: also if
   * memory cannot be put back.
   */
  CompletionStage<Void> abort(SwitchId id);

  /** Returns the first step that the rank has not begun, or not ended. */
  CompletionStage<Long> endedBelow();
}
