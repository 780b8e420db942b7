package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The steps that any rank has begun, dead ones included, with their one table. */
final class StepLog {
  private final Map<Long, ExpertTable> tableOfStep = new HashMap<>();
  private final Supplier<List<ExpertTable>> recorded;
  private final long[] next;
  private final Complaints complaints;

  /**
   * Creates an empty log.
   *
   * @param recorded returns the record's table of every version, in order
   */
  StepLog(int ranks, Supplier<List<ExpertTable>> recorded, Complaints complaints) {
    this.complaints = complaints;
    this.next = new long[ranks];
    this.recorded = recorded;
  }

  void begun(int rank, long step, ExpertTable table) {
    if (step < next[rank]) {
      complaints.add("step log", "rank " + rank + " runs step " + step + " again");
    }
    next[rank] = step + 1;
    ExpertTable others = tableOfStep.putIfAbsent(step, table);
    if (others != null && others.version() != table.version()) {
      complaints.add(
          "step log",
          "step %d runs with version %d on rank %d, with version %d elsewhere"
              .formatted(step, table.version(), rank, others.version()));
    }
    List<ExpertTable> tables = recorded.get();
    int index = (int) (table.version() - tables.get(0).version());
    if (index >= tables.size() || !tables.get(index).equals(table)) {
      complaints.add(
          "step log",
          "rank " + rank + " runs step " + step + " with a table that was never committed");
    }
  }

  /** Notes that a version was committed: no rank may have begun it. */
  void committed(long version, long fence) {
    if (fastest() > fence) {
      complaints.add(
          "step log", "version " + version + " begins with step " + fence + ", which has begun");
    }
  }

  /** Returns the first step that no rank has begun. */
  long fastest() {
    return IntStream.range(0, next.length).mapToLong(rank -> next[rank]).max().orElse(0);
  }

  /** Returns the first step that a rank has not begun, in any of its lives. */
  long next(int rank) {
    return next[rank];
  }
}
