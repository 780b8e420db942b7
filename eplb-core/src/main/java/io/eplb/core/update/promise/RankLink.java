package io.eplb.core.update.promise;

import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The planner's access to the agent of one rank, in this process or behind messages.
 *
 * <p>Every request completes on any thread, late, or never, may be repeated, and may arrive in
 * another order than it was made. The rank answers a repeated request as before and does nothing
 * more; it refuses, by a failed stage, a request of an earlier epoch, too early or too late. A
 * refusal with an {@link io.eplb.api.InternalException} is final: the rank has restarted, or cannot
 * serve any more. The planner makes requests from one thread.
 *
 * <p>The requests of one update, in their order:
 *
 * <pre>
 *   join ─▶ prepare … ─▶ promise ─▶ (decision) ─▶ outcome ─▶ switched
 *           one layer    one switch, of layers     │
 *                        that are prepared         └▶ void: promise again, or release
 * </pre>
 */
public interface RankLink {
  /**
   * Takes part in an update from now on, and in no earlier one: forgets earlier preparations, and
   * refuses them if they come late.
   *
   * <p>Fails while the rank does not know the outcome of a switch that it has promised: it asks the
   * record, and the planner asks again.
   *
   * @param epoch the planner's epoch
   * @param firstNumber the number of the first preparation of the update within the epoch
   * @param version the version of the record; a rank that is behind it stops serving
   */
  CompletionStage<Joined> join(long epoch, long firstNumber, long version);

  /**
   * Receives a layer's experts into buffers, and verifies them. Completes once, when all are there.
   *
   * <p>Fails if one could not be received; then the layer is as if never prepared, once it is
   * {@link #release released}.
   */
  CompletionStage<Void> prepare(long incarnation, Preparation preparation);

  /** Returns the first step that the rank has not begun. */
  CompletionStage<Long> nextStep(long incarnation);

  /**
   * Promises to begin no step from a fence on before the outcome of a switch is known, unless that
   * step has begun. The rank serves on.
   *
   * <p>Fails if one of the layers is not prepared, or its table with their rows has another digest.
   *
   * @param layers the layers of the switch, ascending
   * @param digest the digest of the table with their new rows
   * @return whether it has promised, and its next step
   */
  CompletionStage<Promise> promise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest);

  /**
   * Learns the outcome of a switch. Completes when the rank will carry it out, whatever happens to
   * the planner.
   *
   * @param version the version of the table if the switch is committed: one more than before
   */
  CompletionStage<Void> outcome(long incarnation, SwitchName name, boolean committed, long version);

  /**
   * Completes when a committed version is carried out: the rank's steps before its fence have
   * ended, and its memory agrees with the new table. Then the buffers of its layers are free.
   *
   * @param version the version of the new table
   */
  CompletionStage<Void> switched(long incarnation, long version);

  /**
   * Gives up a layer's preparation, known or not. Completes when its buffers are free: nothing is
   * written to them any more.
   */
  CompletionStage<Void> release(long incarnation, long epoch, long number);

  /**
   * The rank at the beginning of an update.
   *
   * @param incarnation a number of this start of the rank
   * @param buffers the buffers that are free: the others are still written to for an earlier
   *     planner
   * @param nextStep the first step that the rank has not begun
   */
  record Joined(long incarnation, List<Integer> buffers, long nextStep) {
    /** Copies the list. */
    public Joined {
      buffers = List.copyOf(buffers);
    }
  }

  /**
   * The answer to a request to promise.
   *
   * @param given whether the rank has promised; false if it has begun the fence
   * @param nextStep the first step that the rank had not begun
   */
  record Promise(boolean given, long nextStep) {}
}
