package io.eplb.core.update.promise;

import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A record whose requests a test may hold up, lose or answer otherwise. */
class ForwardedRecord implements CommitRecord {
  private final CommitRecord record;

  ForwardedRecord(CommitRecord record) {
    this.record = record;
  }

  @Override
  public RecordEntry latest() {
    return record.latest();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return record.read();
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return record.takeOver(epoch);
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return record.propose(name, layers);
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return record.commit(name, rows, fence, digest);
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return record.resolve(name);
  }

  @Override
  public CompletionStage<RecordedTable> table() {
    return record.table();
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    return record.watch(listener);
  }

  @Override
  public void close() {
    record.close();
  }
}
