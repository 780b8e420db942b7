package io.eplb.zookeeper;

import io.eplb.core.record.RecordEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/** The znode {@code record}, whose every write goes on from a version that was read. */
final class RecordNode {
  private final Requests requests;
  private final String path;

  RecordNode(ZooKeeperConnection connection) {
    this(connection.requests(), connection.path("record"));
  }

  RecordNode(Requests requests, String path) {
    this.requests = requests;
    this.path = path;
  }

  /** A content of the znode, and the number of writes that led to it. */
  record Known(RecordContent content, int writes) {
    RecordEntry entry() {
      return content.entry();
    }

    TableShape shape() {
      return content.shape();
    }
  }

  String path() {
    return path;
  }

  /** Reads the znode; it may be behind. */
  CompletableFuture<Known> look() {
    return requests
        .get(path)
        .thenApply(
            node -> new Known(RecordContent.fromBytes(path, node.content()), node.version()));
  }

  /** Reads the znode; the answer is no older than anything that was acknowledged before. */
  CompletableFuture<Known> read() {
    return look().thenCompose(this::confirm);
  }

  /** Asks the quorum whether a content is the newest, and reads again if not. */
  private CompletableFuture<Known> confirm(Known looked) {
    return Requests.unless(
        requests
            .transaction(List.of(requests.check(path, looked.writes())))
            .thenApply(newest -> looked),
        Code.BADVERSION,
        () -> requests.sync(path).thenCompose(caughtUp -> read()));
  }

  /** Creates the znode unless it is there. */
  CompletableFuture<Void> ensure(RecordContent first) {
    return Requests.unless(
        requests.create(path, first.toBytes(), CreateMode.PERSISTENT).thenAccept(created -> {}),
        Code.NODEEXISTS,
        () -> CompletableFuture.completedFuture(null));
  }

  /** Writes the znode. Fails with {@link Code#BADVERSION} if there has been another write. */
  CompletableFuture<Known> write(Known from, RecordEntry next) {
    RecordContent content = new RecordContent(next, from.shape(), false);
    return requests
        .set(path, content.toBytes(), from.writes())
        .thenApply(writes -> new Known(content, writes));
  }
}
