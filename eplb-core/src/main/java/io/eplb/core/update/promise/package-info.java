/**
 * A switch of layers that stops nobody: ranks promise not to begin a step far ahead before they
 * know the decision, and each carries it out by itself when it comes to that step. It needs ranks
 * that give their steps the same numbers; without these, {@code io.eplb.core.update.protocol} holds
 * all ranks up.
 *
 * <p>The parties: one <em>planner</em> ({@link io.eplb.core.update.promise.PromisedUpdater}), per
 * rank an <em>agent</em> ({@link io.eplb.core.update.promise.RankSide}) and the <em>gate</em> of
 * its engine ({@link io.eplb.core.update.promise.RankGate}), and the <em>record</em> ({@link
 * io.eplb.core.record.CommitRecord}). Each may be a process of its own and die at any moment.
 *
 * <pre>
 *   1  planner → agents   join(epoch)               earlier preparations are forgotten
 *   2  planner → agents   prepare(layer)            experts are received into buffers, and verified
 *   3  planner → record   propose(X)                from now on any rank may void the switch
 *   4  planner → agents   promise(X, N, digest)     N is well ahead of the fastest rank
 *   5  planner → record   commit(X, N)              the decision: one compare-and-set
 *   6  planner → agents   outcome(X)                also learned from the record's watch
 *   7  each gate          between steps N − 1 and N: exchange slots and buffers, take the new rows
 *      agent → planner    switched(X)               the buffers are free
 * </pre>
 *
 * <p>A rank that comes to N and does not know the outcome asks the record, and voids the switch if
 * it is undecided. Example: layer 4 changes, ranks have begun steps 20 and 22, a step takes 5 ms.
 *
 * <pre>
 *   → record   propose(switch 1, {4})           version 7
 *   → ranks    next step?                       21 and 23
 *   → ranks    promise(switch 1, step 35)       ← given; both serve on
 *   → record   commit(switch 1, step 35)        version 8
 *   → ranks    outcome: committed               they are at steps 28 and 30
 *     rank 1   ends step 34, exchanges, begins step 35 with version 8
 *     rank 0   does the same 10 ms later
 *   ← ranks    switched                         the buffers are free
 * </pre>
 *
 * <p>The deaths, by the time at which they happen:
 *
 * <pre>
 *   dead      before all promised   promised, undecided      committed, before N   at N or later
 *   ────────  ────────────────────  ───────────────────────  ────────────────────  ──────────────
 *   planner   the next voids        the next voids, or a     ranks finish alone    the same
 *                                   rank at N does
 *   agent     layers are aborted    the gate keeps the       the same              the gate
 *                                   promise; a new agent                           finishes
 *                                   asks the record
 *   engine    layers are aborted    voided; it restarts      it restarts on the    the same
 *                                   from the record          new version
 *   record    no updates            steps wait only if it    who knows goes on,    nothing
 *                                   is down beyond N         others wait at N
 *   deposed   refused by epoch      its compare-and-set      nothing               nothing
 *   planner                         fails
 * </pre>
 *
 * <p>Invariants, after every event:
 *
 * <ol>
 *   <li>Steps below the fence of a version run with the version before, steps from it on with that
 *       version or a later one, on every rank: no two ranks run one step with different rows.
 *   <li>A step reads the experts of its table from its beginning to its end.
 *   <li>A switch is committed only after every rank's living incarnation has promised it. A rank
 *       has at most one open promise, and promises nothing more before it knows the outcome and has
 *       carried it out.
 *   <li>A rank commits or withdraws only by what the record has decided: told by its planner, by
 *       the watch, or by an answer to its question. A failure of the record decides nothing.
 *   <li>A step waits only at the fence of an open promise, for the outcome or for earlier steps of
 *       its own rank.
 *   <li>A buffer is free, or belongs to one preparation, until that is carried out, or is released
 *       and nothing is written to the buffer.
 *   <li>A copy reads a slot only while no switch of its layer is open: the layer's next stage is
 *       prepared after all ranks have carried out the one before.
 *   <li>A rank whose exchange fails after the commit, or that has missed a commit, begins no step
 *       until it has restarted from the record.
 *   <li>A new incarnation of a rank resolves an undecided switch in the record before it reads its
 *       table there, and begins no step below the fence in force.
 *   <li>The memory of a rank is given to a new incarnation only when nothing writes to it for the
 *       one before.
 *   <li>A planner that is deposed tells no rank an outcome that it has not read from the record,
 *       and none at all once the record is its successor's: that record may hide a commit.
 * </ol>
 *
 * <p>Decisions: preparing comes before the proposal, since it needs no decision; so the record is
 * written twice per switch. Experts are verified by the engine ({@link
 * io.eplb.core.update.ExpertWeights#verify}), which knows its checkpoint. The planner waits until
 * all ranks have carried a switch out before it proposes the next; an engine without steps delays
 * the update, and nothing else. Updates wait for a rank that is away, since it would have to
 * promise; its slots are not given to others here.
 */
@NullMarked
package io.eplb.core.update.promise;

import org.jspecify.annotations.NullMarked;
