package io.eplb.zookeeper;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.update.promise.LayerRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/** The rows of all versions, as the package says. */
final class RowStore {
  /** The most bytes of a znode. */
  static final int MAX_BYTES = 64 * 1024;

  private final Requests requests;
  private final String recordPath;
  private final String path;

  RowStore(Requests requests, String recordPath, String path) {
    this.requests = requests;
    this.recordPath = recordPath;
    this.path = path;
  }

  /**
   * Writes rows of a version, and removes what others have left there. Fails with {@link
   * Code#BADVERSION}, after which nothing more is written, when the record has moved on.
   *
   * @param recordVersion the version of the znode {@code record}, without which nothing is written
   */
  CompletableFuture<Void> write(
      int recordVersion, long version, List<Integer> layers, Placement rows) {
    CuratorOp check = requests.check(recordPath, recordVersion);
    String folder = path + "/" + version;
    return Requests.unless(
            requests.transaction(
                List.of(check, requests.creating(folder, new byte[0], CreateMode.PERSISTENT))),
            Code.NODEEXISTS,
            () -> CompletableFuture.completedFuture(null))
        .thenCompose(made -> requests.children(folder))
        .thenCompose(left -> replace(check, folder, new TreeSet<>(left), layers, rows));
  }

  private CompletableFuture<Void> replace(
      CuratorOp check, String folder, Set<String> left, List<Integer> layers, Placement rows) {
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (int layer : layers) {
      String row = folder + "/" + layer;
      List<CuratorOp> operations = new ArrayList<>(List.of(check));
      if (left.remove(String.valueOf(layer))) {
        operations.add(requests.deleting(row));
      }
      operations.add(
          requests.creating(row, bytes(row, LayerRow.of(rows, layer)), CreateMode.PERSISTENT));
      writes.add(requests.transaction(operations));
    }
    for (String orphan : left) {
      writes.add(requests.transaction(List.of(check, requests.deleting(folder + "/" + orphan))));
    }
    return all(writes);
  }

  private static byte[] bytes(String row, LayerRow content) {
    byte[] bytes = content.toBytes();
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(
          "%s would have %d bytes; at most %d are supported"
              .formatted(row, bytes.length, MAX_BYTES));
    }
    return bytes;
  }

  /**
   * Reads the table of an entry. Fails with {@link Code#NONODE} if a row is missing, which happens
   * when the record has moved on.
   */
  CompletableFuture<ExpertTable> table(RecordEntry entry, TableShape shape) {
    return listing(entry.version())
        .thenCompose(
            listing -> {
              Placement.Builder table =
                  Placement.builder(shape.layers(), shape.ranks(), shape.slotsPerRank());
              List<CompletableFuture<Void>> reads = new ArrayList<>();
              for (int layer = 0; layer < shape.layers(); layer++) {
                int at = layer;
                String row = path + "/" + listing.versionOf(layer) + "/" + layer;
                reads.add(
                    requests
                        .get(row)
                        .thenAccept(node -> row(row, node.content(), shape).writeTo(table, at)));
              }
              return all(reads)
                  .thenApply(
                      read -> ExpertTable.of(entry.version(), shape.experts(), table.build()));
            });
  }

  private static LayerRow row(String path, byte[] content, TableShape shape) {
    LayerRow row;
    try {
      row = LayerRow.fromBytes(content);
    } catch (InvalidInputException damaged) {
      throw new InvalidInputException(path + " is damaged: " + damaged.getMessage(), damaged);
    }
    if (row.slots() != shape.slots()) {
      throw new InvalidInputException(
          "%s is damaged: it has %d slots, and the record's tables have %d"
              .formatted(path, row.slots(), shape.slots()));
    }
    return row;
  }

  /** Removes the rows that are not in force in a committed version or later. */
  CompletableFuture<Void> removeReplaced(long version) {
    return listing(version)
        .thenCompose(
            listing -> {
              List<CompletableFuture<Void>> removals = new ArrayList<>();
              listing.replaced().forEach((older, layers) -> removals.add(remove(older, layers)));
              return all(removals);
            });
  }

  private CompletableFuture<Void> remove(long version, RowListing.Replaced replaced) {
    String folder = path + "/" + version;
    List<CompletableFuture<Void>> removals = new ArrayList<>();
    for (long layer : replaced.layers()) {
      removals.add(gone(requests.delete(folder + "/" + layer)));
    }
    CompletableFuture<Void> removed = all(removals);
    return replaced.isWhole()
        ? removed.thenCompose(empty -> gone(requests.delete(folder)))
        : removed;
  }

  private static CompletableFuture<Void> gone(CompletableFuture<Void> removal) {
    return Requests.unless(removal, Code.NONODE, () -> CompletableFuture.completedFuture(null));
  }

  /** Lists the rows of the versions up to one. */
  private CompletableFuture<RowListing> listing(long upTo) {
    return requests
        .children(path)
        .thenCompose(
            names -> {
              TreeMap<Long, CompletableFuture<List<String>>> listed = new TreeMap<>();
              for (String name : names) {
                long version = RowListing.number(path, name);
                if (version <= upTo) {
                  listed.put(
                      version,
                      Requests.unless(
                          requests.children(path + "/" + name),
                          Code.NONODE,
                          () -> CompletableFuture.completedFuture(List.of())));
                }
              }
              return all(listed.values())
                  .thenApply(
                      all -> {
                        RowListing listing = new RowListing();
                        listed.forEach(
                            (version, layers) -> listing.add(path, version, layers.join()));
                        return listing;
                      });
            });
  }

  private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> requests) {
    return CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
  }
}
