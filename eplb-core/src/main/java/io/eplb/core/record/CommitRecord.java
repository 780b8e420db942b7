package io.eplb.core.record;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The record that decides for all processes which table is in force, once for each switch. It
 * outlives each of them.
 *
 * <p>Every request completes on any thread, late, or never, and may be made again. A stage that
 * completes brings the entry as it is after the request: whether the request had its effect is read
 * from it. A stage that fails with {@link RecordUnavailableException} says nothing about the
 * effect: the outcome is unknown, not refused, and a repeated request or {@link #read} tells it.
 *
 * <p>Example: planner 3 switches layer 4, rank 1 does not hear of it in time.
 *
 * <pre>
 *   planner  takeOver(3)                    → epoch 3, version 7, SETTLED
 *   planner  propose(switch 1, {4})         → PROPOSED
 *   rank 1   resolve(switch 1)              → SETTLED, version 7: the switch is void
 *   planner  commit(switch 1, …)            → SETTLED, version 7: it has to be tried again
 * </pre>
 */
public interface CommitRecord extends AutoCloseable {
  /** Returns the newest entry that this process has seen; it may be behind. Never waits. */
  RecordEntry latest();

  /** Reads the entry; it is no older than any request that completed before, anywhere. */
  CompletionStage<RecordEntry> read();

  /**
   * Makes a planner the only one that may propose and commit; voids an undecided switch.
   *
   * @return the entry; its epoch is greater if this planner is deposed already
   */
  CompletionStage<RecordEntry> takeOver(long epoch);

  /**
   * Announces a switch, before any rank promises it.
   *
   * @param layers the layers that change, ascending, 1 to {@value RecordEntry#MAX_LAYERS}
   * @return the entry; the switch is not proposed if the planner is deposed
   */
  CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers);

  /**
   * Commits a proposed switch: the rows are written first, then the decision. Asked only when every
   * rank has promised.
   *
   * @param rows the placement with the new rows and replica order of the switch's layers; its other
   *     layers are ignored
   * @param fence the first step of the new version, above the one in force
   * @param digest the digest of the new table
   * @return the entry; the switch is void if another has decided so. Fails if the fence is not
   *     above the one in force
   */
  CompletionStage<RecordEntry> commit(SwitchName name, Placement rows, long fence, String digest);

  /**
   * Decides a switch for a process that cannot wait for its planner: voids it if it is undecided.
   *
   * @return the entry, in which this switch is not undecided
   */
  CompletionStage<RecordEntry> resolve(SwitchName name);

  /**
   * Reads the table in force with its entry. The table has the entry's version and digest.
   *
   * @return the entry and its table
   */
  CompletionStage<RecordedTable> table();

  /**
   * Calls a listener with entries as they become known, each newer than the one before and than
   * {@link #latest} at this moment; entries in between may be left out. Called one after another,
   * on any thread; it must be quick.
   *
   * @return ends the calls
   */
  Watch watch(Consumer<RecordEntry> listener);

  /** Ends all watches; requests that are under way may never complete. */
  @Override
  void close();

  /** A running watch. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * An entry and the table in force at that moment.
   *
   * @param entry the entry
   * @param table the table of the entry's version
   */
  record RecordedTable(RecordEntry entry, ExpertTable table) {}
}
