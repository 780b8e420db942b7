package io.eplb.zookeeper;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.x.async.AsyncCuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to ZooKeeper. None waits; all complete on one thread, so that what they lead to needs no
 * lock and never holds up ZooKeeper's own thread. Those that fail do so with a {@link
 * KeeperException}. Tests extend this class to answer as a server that lags.
 */
class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private static final int ANY_VERSION = -1;

  private final AsyncCuratorFramework client;
  private final Executor thread;

  Requests(CuratorFramework client, Executor thread) {
    this.client = AsyncCuratorFramework.wrap(client);
    this.thread = thread;
  }

  /** The content of a znode, and the number of writes to it. */
  static final class Node {
    private final byte[] content;
    private final int version;

    private Node(byte[] content, int version) {
      this.content = content;
      this.version = version;
    }

    byte[] content() {
      return content;
    }

    int version() {
      return version;
    }
  }

  CompletableFuture<Node> get(String path) {
    Stat stat = new Stat();
    return on(() -> client.getData().storingStatIn(stat).forPath(path))
        .thenApply(content -> new Node(content, stat.getVersion()));
  }

  /** Makes the server that answers catch up with the leader. */
  CompletableFuture<Void> sync(String path) {
    return on(() -> client.sync().forPath(path));
  }

  CompletableFuture<List<String>> children(String path) {
    return on(() -> client.getChildren().forPath(path));
  }

  /** Writes a znode if its version is as expected; returns its next version. */
  CompletableFuture<Integer> set(String path, byte[] content, int expected) {
    return on(() -> client.setData().withVersion(expected).forPath(path, content))
        .thenApply(Stat::getVersion);
  }

  /** Creates a znode; returns its path. */
  CompletableFuture<String> create(String path, byte[] content, CreateMode mode) {
    return on(() -> client.create().withMode(mode).forPath(path, content));
  }

  /** Creates an empty, lasting znode unless it is there. */
  CompletableFuture<Void> ensure(String path) {
    CompletableFuture<Void> created =
        unless(
            create(path, new byte[0], CreateMode.PERSISTENT).thenAccept(made -> {}),
            Code.NODEEXISTS,
            () -> CompletableFuture.completedFuture(null));
    // An administrator may have created it where this process may not.
    return unless(created, Code.NOAUTH, () -> requireThere(path));
  }

  private CompletableFuture<Void> requireThere(String path) {
    return on(() -> client.checkExists().forPath(path))
        .thenCompose(
            stat ->
                stat == null
                    ? CompletableFuture.failedFuture(KeeperException.create(Code.NOAUTH, path))
                    : CompletableFuture.completedFuture(null));
  }

  CompletableFuture<Void> delete(String path) {
    return on(() -> client.delete().withVersion(ANY_VERSION).forPath(path));
  }

  /** Carries out all operations or none. Fails with the code of the first that cannot be. */
  CompletableFuture<Void> transaction(List<CuratorOp> operations) {
    return on(() -> client.transaction().forOperations(operations)).thenAccept(results -> {});
  }

  /** Returns an operation that lets its transaction pass only at a znode's version. */
  CuratorOp check(String path, int expected) {
    return client.transactionOp().check().withVersion(expected).forPath(path);
  }

  /** Returns an operation that lets its transaction pass only if a znode is there. */
  CuratorOp exists(String path) {
    return check(path, ANY_VERSION);
  }

  CuratorOp creating(String path, byte[] content, CreateMode mode) {
    return client.transactionOp().create().withMode(mode).forPath(path, content);
  }

  CuratorOp setting(String path, byte[] content, int expected) {
    return client.transactionOp().setData().withVersion(expected).forPath(path, content);
  }

  CuratorOp deleting(String path) {
    return client.transactionOp().delete().withVersion(ANY_VERSION).forPath(path);
  }

  private <T> CompletableFuture<T> on(Supplier<CompletionStage<T>> request) {
    if (client.unwrap().getState() != CuratorFrameworkState.STARTED) {
      return CompletableFuture.failedFuture(KeeperException.create(Code.CONNECTIONLOSS));
    }
    return request.get().whenCompleteAsync((answer, failure) -> {}, thread).toCompletableFuture();
  }

  /** Returns a request, or what is made instead if it fails with a code. */
  static <T> CompletableFuture<T> unless(
      CompletableFuture<T> request, Code code, Supplier<CompletableFuture<T>> instead) {
    return request.exceptionallyCompose(
        failure -> isCode(failure, code) ? instead.get() : CompletableFuture.failedFuture(failure));
  }

  static boolean isCode(Throwable failure, Code code) {
    return cause(failure) instanceof KeeperException keeper && keeper.code() == code;
  }

  /**
   * Lets a request go on with nobody waiting for it; a failure that is not ZooKeeper's is logged.
   */
  static void alone(CompletableFuture<?> request) {
    CompletableFuture<?> unused =
        request.whenComplete(
            (answer, failure) -> {
              if (failure != null && isUnexpected(cause(failure))) {
                LOG.warn("a request to ZooKeeper ended badly", cause(failure));
              }
            });
  }

  /** Returns whether a failure is neither an answer nor the end of the connection. */
  private static boolean isUnexpected(Throwable failure) {
    return failure instanceof Error
        || (failure instanceof RuntimeException
            && !(failure instanceof RejectedExecutionException));
  }

  /** Returns what a stage failed with, without the wrapping of the stages after it. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
