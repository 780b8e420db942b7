package io.eplb.server.cluster;

import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A record whose writes by a planner pass an {@link Arrow} before and after. */
public final class HeldRecord implements CommitRecord {
  private final CommitRecord record;

  private HeldRecord(CommitRecord record) {
    this.record = record;
  }

  /** Returns a record that holds if a test watches this process, and the record itself if not. */
  public static CommitRecord ifWatched(CommitRecord record) {
    return Arrow.watched() ? new HeldRecord(record) : record;
  }

  private static CompletionStage<RecordEntry> held(
      String name, Supplier<CompletionStage<RecordEntry>> write) {
    Arrow.pass(name + "-before");
    return write
        .get()
        .thenApplyAsync(
            entry -> {
              Arrow.pass(name + "-after");
              return entry;
            });
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return held("propose", () -> record.propose(name, layers));
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return held("commit", () -> record.commit(name, rows, fence, digest));
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
