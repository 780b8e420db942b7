package io.eplb.server.cluster;

import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A record as one process has opened it: the others' goes on when it closes its own. */
final class OpenedRecord implements CommitRecord {
  /** The way of every request to the record. */
  interface Way {
    <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> request);
  }

  private final CommitRecord record;
  private final Way way;

  OpenedRecord(CommitRecord record, Way way) {
    this.record = record;
    this.way = way;
  }

  @Override
  public RecordEntry latest() {
    return record.latest();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return way.answer(record::read);
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return way.answer(() -> record.takeOver(epoch));
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return way.answer(() -> record.propose(name, layers));
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return way.answer(() -> record.commit(name, rows, fence, digest));
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return way.answer(() -> record.resolve(name));
  }

  @Override
  public CompletionStage<RecordedTable> table() {
    return way.answer(record::table);
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    return record.watch(listener);
  }

  @Override
  public void close() {}
}
