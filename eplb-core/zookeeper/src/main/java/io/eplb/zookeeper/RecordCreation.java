package io.eplb.zookeeper;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.RecordEntry;
import io.eplb.zookeeper.RecordNode.Known;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The creation of a record. Any number of processes may do it at the same time, and each may die on
 * the way:
 *
 * <pre>
 *   (none) ──first writer, with its digest──▶ CREATING ──anyone with that table──▶ SETTLED
 *                                                 rows are written
 * </pre>
 */
final class RecordCreation {
  private final RecordNode node;
  private final RowStore rows;

  RecordCreation(RecordNode node, RowStore rows) {
    this.node = node;
    this.rows = rows;
  }

  /** Creates the record, or finds it with the same table in force. */
  CompletableFuture<Known> create(ExpertTable table) {
    String digest = TableDigest.of(table).toText();
    RecordEntry first = RecordEntry.first(table.version(), digest);
    return node.ensure(new RecordContent(first, TableShape.of(table), true))
        .thenCompose(there -> node.read())
        .thenCompose(known -> complete(known, table, digest));
  }

  private CompletableFuture<Known> complete(Known known, ExpertTable table, String digest) {
    RecordEntry entry = known.entry();
    if (!entry.digest().equals(digest)) {
      throw new InvalidInputException(
          ("the record %s has the table with digest %s in force, at version %d; the table given has"
                  + " %s: start with the record's table, or take another chroot")
              .formatted(node.path(), entry.digest(), entry.version(), digest));
    }
    if (!known.content().creating()) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<Known> written =
        rows.write(
                known.writes(),
                entry.version(),
                IntStream.range(0, table.layers()).boxed().toList(),
                table.placement())
            .thenCompose(rowsThere -> node.write(known, entry));
    // Others create it as well: they have ended it, or written a row since this has looked.
    for (Code overtaken : List.of(Code.BADVERSION, Code.NODEEXISTS, Code.NONODE)) {
      written =
          Requests.unless(
              written,
              overtaken,
              () -> node.read().thenCompose(now -> complete(now, table, digest)));
    }
    return written;
  }
}
