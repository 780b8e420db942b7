package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The table and the first step of a rank whose engine has started anew. Example: the engine died at
 * step 130, after it had promised switch 7 from step 140 on.
 *
 * <pre>
 *   read      → switch 7 is PROPOSED, version 3 from step 90 on
 *   resolve   → SETTLED, version 4 from step 140 on: the planner has committed it meanwhile
 *   table     → version 4
 *               the rank starts with version 4 and step 140
 * </pre>
 *
 * @param table the table in force
 * @param firstStep the first step: of this version, and not begun by an earlier start
 */
public record RankStart(ExpertTable table, long firstStep) {
  /**
   * Reads the start of a rank from the record. The switch that its earlier start may have promised
   * is decided first: nobody can carry it out any more.
   *
   * @param nextStep the first step that no earlier start of the rank has begun
   */
  public static CompletionStage<RankStart> of(CommitRecord record, long nextStep) {
    return record
        .read()
        .thenCompose(entry -> decided(record, entry))
        .thenCompose(decided -> record.table())
        .thenApply(
            inForce -> new RankStart(inForce.table(), Math.max(inForce.entry().fence(), nextStep)));
  }

  private static CompletionStage<RecordEntry> decided(CommitRecord record, RecordEntry entry) {
    SwitchName last = entry.lastSwitch();
    return last != null && entry.isProposed(last)
        ? record.resolve(last)
        : CompletableFuture.completedFuture(entry);
  }
}
