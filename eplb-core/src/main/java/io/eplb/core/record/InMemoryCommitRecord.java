package io.eplb.core.record;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A record in the memory of this process, which it does not outlive. Every request completes before
 * it returns. Thread-safe.
 */
public final class InMemoryCommitRecord implements CommitRecord {
  private final NewestEntry newest;
  private RecordedTable current;

  /** Creates a record with a table in force. */
  public InMemoryCommitRecord(ExpertTable first) {
    RecordEntry entry = RecordEntry.first(first.version(), TableDigest.of(first).toText());
    newest = new NewestEntry(entry);
    current = new RecordedTable(entry, first);
  }

  @Override
  public RecordEntry latest() {
    return newest.get();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return change(UnaryOperator.identity());
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return change(entry -> epoch > entry.epoch() ? entry.takenOver(epoch) : entry);
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return change(entry -> entry.mayPropose(name) ? entry.proposed(name, layers) : entry);
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return change(entry -> entry.isProposed(name) ? entry.voided(name) : entry);
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement rows, long fence, String digest) {
    return switchTable(
        before ->
            before.entry().isProposed(name)
                ? committed(before, name, rows, fence, digest)
                : before);
  }

  private static RecordedTable committed(
      RecordedTable before, SwitchName name, Placement rows, long fence, String digest) {
    RecordEntry entry = before.entry();
    RecordEntry after = entry.committed(name, fence, digest);
    int[] layers = entry.layers().stream().mapToInt(Integer::intValue).toArray();
    ExpertTable table = before.table().withLayers(after.version(), layers, rows);
    String actual = TableDigest.of(table).toText();
    if (!actual.equals(digest)) {
      throw new InvalidInputException(
          "the digest of the new table is %s, not %s".formatted(actual, digest));
    }
    return new RecordedTable(after, table);
  }

  @Override
  public synchronized CompletionStage<RecordedTable> table() {
    return CompletableFuture.completedFuture(current);
  }

  private CompletionStage<RecordEntry> change(UnaryOperator<RecordEntry> change) {
    return switchTable(before -> new RecordedTable(change.apply(before.entry()), before.table()));
  }

  private CompletionStage<RecordEntry> switchTable(UnaryOperator<RecordedTable> change) {
    RecordEntry after;
    synchronized (this) {
      try {
        current = change.apply(current);
      } catch (IllegalStateException | InvalidInputException refused) {
        return CompletableFuture.failedFuture(refused);
      }
      after = current.entry();
    }
    newest.offer(after);
    return CompletableFuture.completedFuture(after);
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    return newest.watch(listener);
  }

  @Override
  public void close() {
    newest.close();
  }
}
