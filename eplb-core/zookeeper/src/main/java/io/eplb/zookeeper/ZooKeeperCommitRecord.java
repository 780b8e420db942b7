package io.eplb.zookeeper;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.NewestEntry;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordUnavailableException;
import io.eplb.core.record.SwitchName;
import io.eplb.zookeeper.RecordNode.Known;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;

/**
 * The record in ZooKeeper, as the package says. Its stages complete on the thread of the
 * connection, which must not be held up.
 */
public final class ZooKeeperCommitRecord implements CommitRecord {
  private final ZooKeeperConnection connection;
  private final RecordNode node;
  private final RowStore rows;
  private final NewestEntry newest;
  private final PersistentWatcher watcher;

  /** The newest content that is known; written on the connection's thread. */
  private volatile Known known;

  private ZooKeeperCommitRecord(
      ZooKeeperConnection connection, RecordNode node, RowStore rows, Known first) {
    this.connection = connection;
    this.node = node;
    this.rows = rows;
    newest = new NewestEntry(first.entry());
    known = first;
    watcher = new PersistentWatcher(connection.client(), node.path(), false);
  }

  /**
   * Creates the record with a table in force, or finds it with the same table: the first writer
   * wins. The table's replica order is that of the first writer.
   *
   * <p>Fails with an {@link InvalidInputException} that names both digests if another table is in
   * force, and with a {@link RecordUnavailableException} if the outcome is not known; then ask
   * again.
   *
   * @param first the table; a row of it takes at most 64 KB
   */
  public static CompletionStage<ZooKeeperCommitRecord> create(
      ZooKeeperConnection connection, ExpertTable first) {
    RecordNode node = new RecordNode(connection);
    RowStore rows = rows(connection, node);
    return unknownUnlessAnswered(
        connection,
        connection
            .requests()
            .ensure(connection.path("rows"))
            .thenCompose(made -> new RecordCreation(node, rows).create(first))
            .thenApply(known -> new ZooKeeperCommitRecord(connection, node, rows, known).start()));
  }

  /**
   * Finds the record; empty if it has not been created, or not to the end. Fails with a {@link
   * RecordUnavailableException} if ZooKeeper does not answer.
   */
  public static CompletionStage<Optional<ZooKeeperCommitRecord>> find(
      ZooKeeperConnection connection) {
    RecordNode node = new RecordNode(connection);
    RowStore rows = rows(connection, node);
    return unknownUnlessAnswered(
        connection,
        Requests.unless(
            node.read()
                .thenApply(
                    known ->
                        known.content().creating()
                            ? Optional.empty()
                            : Optional.of(
                                new ZooKeeperCommitRecord(connection, node, rows, known).start())),
            Code.NONODE,
            () -> CompletableFuture.completedFuture(Optional.empty())));
  }

  private static <T> CompletionStage<T> unknownUnlessAnswered(
      ZooKeeperConnection connection, CompletableFuture<T> request) {
    return connection.known(request, RecordUnavailableException::new);
  }

  private static RowStore rows(ZooKeeperConnection connection, RecordNode node) {
    return new RowStore(connection.requests(), node.path(), connection.path("rows"));
  }

  private ZooKeeperCommitRecord start() {
    watcher
        .getListenable()
        .addListener(
            event -> {
              if (event.getType() != Watcher.Event.EventType.None) {
                look();
              }
            });
    watcher.getResetListenable().addListener(this::look); // also after each new session
    watcher.start();
    return this;
  }

  /** Reads what may have changed; after a failure the next event or reconnection reads again. */
  private void look() {
    Requests.alone(node.look().thenAccept(this::learn));
  }

  private Known learn(Known read) {
    if (read.writes() > known.writes()) {
      known = read;
    }
    newest.offer(read.entry());
    return read;
  }

  @Override
  public RecordEntry latest() {
    return newest.get();
  }

  @Override
  public CompletionStage<RecordEntry> read() {
    return outcome(node.read().thenApply(this::learn));
  }

  @Override
  public CompletionStage<RecordEntry> takeOver(long epoch) {
    return change(
        entry -> epoch > entry.epoch(), from -> write(from, from.entry().takenOver(epoch)));
  }

  @Override
  public CompletionStage<RecordEntry> propose(SwitchName name, List<Integer> layers) {
    return change(
        entry -> entry.mayPropose(name),
        from -> {
          RecordEntry next = from.entry().proposed(name, layers);
          int last = next.layers().get(next.layers().size() - 1);
          if (last >= from.shape().layers()) {
            throw new InvalidInputException(
                "layer %d is to be switched; the record's tables have %d"
                    .formatted(last, from.shape().layers()));
          }
          return write(from, next);
        });
  }

  @Override
  public CompletionStage<RecordEntry> resolve(SwitchName name) {
    return change(entry -> entry.isProposed(name), from -> write(from, from.entry().voided(name)));
  }

  @Override
  public CompletionStage<RecordEntry> commit(
      SwitchName name, Placement table, long fence, String digest) {
    if (!known.shape().fits(table)) {
      throw new InvalidInputException(table + " has another shape than the record's tables");
    }
    return change(
        entry -> entry.isProposed(name),
        from -> {
          RecordEntry next = from.entry().committed(name, fence, digest);
          return rows.write(from.writes(), next.version(), next.layers(), table)
              .thenCompose(written -> write(from, next))
              .whenComplete(
                  (committed, failure) -> {
                    if (failure == null) {
                      Requests.alone(rows.removeReplaced(next.version()));
                    }
                  });
        });
  }

  private CompletableFuture<Known> write(Known from, RecordEntry next) {
    return node.write(from, next);
  }

  /**
   * Makes a change if it applies to the entry. What is known may be behind, so only what is read
   * afresh tells that it does not apply, and the version of the znode tells if it did not.
   */
  private CompletionStage<RecordEntry> change(
      Predicate<RecordEntry> applies, Function<Known, CompletableFuture<Known>> change) {
    return outcome(
        connection
            .onThread(() -> known)
            .thenCompose(
                now ->
                    applies.test(now.entry())
                        ? attempt(applies, change, now)
                        : afresh(applies, change)));
  }

  private CompletableFuture<Known> afresh(
      Predicate<RecordEntry> applies, Function<Known, CompletableFuture<Known>> change) {
    return node.read()
        .thenApply(this::learn)
        .thenCompose(
            now ->
                applies.test(now.entry())
                    ? attempt(applies, change, now)
                    : CompletableFuture.completedFuture(now));
  }

  private CompletableFuture<Known> attempt(
      Predicate<RecordEntry> applies, Function<Known, CompletableFuture<Known>> change, Known now) {
    return Requests.unless(
        change.apply(now).thenApply(this::learn), Code.BADVERSION, () -> afresh(applies, change));
  }

  private CompletionStage<RecordEntry> outcome(CompletableFuture<Known> request) {
    return unknownUnlessAnswered(connection, request.thenApply(Known::entry));
  }

  @Override
  public CompletionStage<RecordedTable> table() {
    return unknownUnlessAnswered(
        connection, node.read().thenApply(this::learn).thenCompose(this::tableOf));
  }

  private CompletableFuture<RecordedTable> tableOf(Known at) {
    RecordEntry entry = at.entry();
    return rows.table(entry, at.shape())
        .thenApply(
            table -> {
              String digest = TableDigest.of(table).toText();
              if (!digest.equals(entry.digest())) {
                throw new InvalidInputException(
                    "the rows of version %d below %s have the digest %s; the record says %s"
                        .formatted(entry.version(), node.path(), digest, entry.digest()));
              }
              return new RecordedTable(entry, table);
            })
        .exceptionallyCompose(
            failure ->
                node.read()
                    .thenApply(this::learn)
                    .thenCompose(
                        now ->
                            now.entry().version() == entry.version()
                                ? CompletableFuture.failedFuture(failure)
                                : tableOf(now)));
  }

  @Override
  public Watch watch(Consumer<RecordEntry> listener) {
    return newest.watch(listener);
  }

  /** Ends the watches; the connection stays open. */
  @Override
  public void close() {
    newest.close();
    watcher.close();
  }
}
