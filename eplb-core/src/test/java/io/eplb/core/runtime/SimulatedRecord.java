package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.InMemoryCommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordUnavailableException;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One process's access to a record that may be away for a while. */
final class SimulatedRecord implements CommitRecord {
  private final CommitRecord record;
  private final Arrow arrow;
  private final Supplier<Boolean> alive;

  /** True while every request fails without an effect. */
  boolean away;

  /** Runs just before and just after a watch begins. */
  Runnable beforeWatch = () -> {};

  Runnable afterWatch = () -> {};

  private SimulatedRecord(CommitRecord record, Arrow arrow, Supplier<Boolean> alive) {
    this.record = record;
    this.arrow = arrow;
    this.alive = alive;
  }

  static CommitRecord of(ExpertTable first) {
    return new InMemoryCommitRecord(first);
  }

  /**
   * Returns the access of a planner.
   *
   * @param alive false once its process is dead: then nothing reaches the record
   */
  static SimulatedRecord ofPlanner(CommitRecord record, Arrow arrow, Supplier<Boolean> alive) {
    return new SimulatedRecord(record, arrow, alive);
  }

  private <T> CompletionStage<T> ask(String name, Supplier<CompletionStage<T>> request) {
    return away
        ? CompletableFuture.failedFuture(
            new RecordUnavailableException("no record", new IllegalStateException("away")))
        : arrow.pass(name, alive, request);
  }

  @Override
  public RecordEntry latest() {
    return record.latest();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return ask("read", record::read);
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return ask("takeOver", () -> record.takeOver(epoch));
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return ask("propose", () -> record.propose(name, layers));
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return ask("commit", () -> record.commit(name, rows, fence, digest));
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return ask("resolve", () -> record.resolve(name));
  }

  @Override
  public CompletionStage<RecordedTable> table() {
    return ask("table", record::table);
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    beforeWatch.run();
    Watch watch =
        record.watch(
            entry -> {
              if (alive.get()) {
                listener.accept(entry);
              }
            });
    afterWatch.run();
    return watch;
  }

  @Override
  public void close() {
    throw new AssertionError("the record is the caller's");
  }
}
