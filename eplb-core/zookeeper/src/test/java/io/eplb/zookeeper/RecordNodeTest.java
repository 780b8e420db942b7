package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.record.CommitRecord;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordNodeTest {
  @TempDir private Path data;

  /** Answers like a server that lags: with what it has said before, as often as it is told. */
  private static final class LaggingRequests extends Requests {
    private final Deque<Node> before = new ArrayDeque<>();
    private int late;

    LaggingRequests(ZooKeeperConnection connection) {
      super(connection.client(), connection.thread());
    }

    @Override
    CompletableFuture<Node> get(String path) {
      if (late > 0) {
        late--;
        return CompletableFuture.completedFuture(before.getLast());
      }
      return super.get(path)
          .thenApply(
              node -> {
                before.add(node);
                return node;
              });
    }
  }

  @Test
  void whatAServerThatLagsSaysIsNotTakenForTheNewest() throws Exception {
    try (OneServer server = new OneServer(data)) {
      ZooKeeperConnection connection = server.connect();
      CommitRecord record = done(ZooKeeperCommitRecord.create(connection, Tables.FIRST));
      LaggingRequests requests = new LaggingRequests(connection);
      RecordNode node = new RecordNode(requests, connection.path("record"));
      assertEquals(0, done(node.read()).entry().epoch());

      done(record.takeOver(1));
      requests.late = 3;

      assertEquals(1, done(node.read()).entry().epoch());
      assertEquals(0, requests.late);
    }
  }
}
