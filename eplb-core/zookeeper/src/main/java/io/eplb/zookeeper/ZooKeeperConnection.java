package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.record.RecordUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ConfigException;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one process to ZooKeeper. It comes back by itself after any outage, with a new
 * session if the old one has expired. The record and the group of a process share it.
 */
public final class ZooKeeperConnection implements AutoCloseable {
  /** The id that no session has. */
  static final long NO_SESSION = 0;

  private final ZooKeeperSettings settings;
  private final CuratorFramework client;
  private final ScheduledThreadPoolExecutor thread;
  private final Requests requests;

  private ZooKeeperConnection(ZooKeeperSettings settings, CuratorFramework client) {
    this.settings = settings;
    this.client = client;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "eplb-zookeeper");
              made.setDaemon(true);
              return made;
            });
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.requests = new Requests(client, thread);
  }

  /**
   * Connects, and creates the chroot unless it is there. Fails with a {@link
   * RecordUnavailableException} if no server answers in the time of a session, or if the chroot is
   * not for these credentials.
   */
  public static CompletionStage<ZooKeeperConnection> open(ZooKeeperSettings settings) {
    ZooKeeperConnection connection = new ZooKeeperConnection(settings, client(settings));
    connection.client.start();
    CompletableFuture<Void> created = CompletableFuture.completedFuture(null);
    String chroot = settings.chroot();
    for (int end = chroot.indexOf('/', 1); end > 0; end = chroot.indexOf('/', end + 1)) {
      String parent = chroot.substring(0, end);
      created = created.thenCompose(before -> connection.requests.ensure(parent));
    }
    CompletableFuture<Void> ready =
        created.thenCompose(before -> connection.requests.ensure(chroot));
    return connection
        .known(ready, RecordUnavailableException::new)
        .thenApply(done -> connection)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                connection.close();
              }
            });
  }

  private static CuratorFramework client(ZooKeeperSettings settings) {
    int timeout = Math.toIntExact(settings.sessionTimeout().toMillis());
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(settings.servers())
            .sessionTimeoutMs(timeout)
            .connectionTimeoutMs(timeout)
            // An unanswered request is for the caller to repeat.
            .retryPolicy((retries, elapsed, sleeper) -> false)
            .ensembleTracker(false)
            .dontUseContainerParents()
            .waitForShutdownTimeoutMs(0)
            .threadFactory(
                task -> {
                  Thread made = new Thread(task, "eplb-curator");
                  made.setDaemon(true);
                  return made;
                });
    settings
        .credentials()
        .ifPresent(
            credentials ->
                builder
                    .authorization("digest", credentials.digest())
                    .aclProvider(new OwnersOnly()));
    settings.clientConfig().ifPresent(file -> builder.zkClientConfig(clientConfig(file)));
    return builder.build();
  }

  private static ZKClientConfig clientConfig(Path file) {
    try {
      return new ZKClientConfig(file);
    } catch (ConfigException unreadable) {
      throw new InvalidInputException(
          file + " holds no client properties of ZooKeeper: " + unreadable.getMessage(),
          unreadable);
    }
  }

  /**
   * Lets only those read and write who have the credentials of the process that created a znode.
   */
  private static final class OwnersOnly implements ACLProvider {
    @Override
    public List<ACL> getDefaultAcl() {
      return ZooDefs.Ids.CREATOR_ALL_ACL;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
      return ZooDefs.Ids.CREATOR_ALL_ACL;
    }
  }

  /** Returns the path of a znode below the chroot. */
  String path(String name) {
    return settings.chroot() + "/" + name;
  }

  Requests requests() {
    return requests;
  }

  CuratorFramework client() {
    return client;
  }

  /** Returns the one thread on which requests complete. */
  ScheduledExecutorService thread() {
    return thread;
  }

  /** Returns the id of the session; {@link #NO_SESSION} without one. */
  long session() {
    try {
      return client.getZookeeperClient().getZooKeeper().getSessionId();
    } catch (Exception without) {
      return NO_SESSION;
    }
  }

  /** Takes a value on the one thread. */
  <T> CompletableFuture<T> onThread(Supplier<T> value) {
    try {
      return CompletableFuture.supplyAsync(value, thread);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  /** Runs a task on the one thread, unless the connection is closed. */
  void later(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      // Nobody waits for it.
    }
  }

  /**
   * Returns a request whose failure says, in one of the exceptions of callers, that it is unknown.
   */
  <T> CompletableFuture<T> known(
      CompletableFuture<T> request, BiFunction<String, Throwable, Exception> unknown) {
    return request.exceptionallyCompose(
        failure -> {
          Throwable cause = Requests.cause(failure);
          return CompletableFuture.failedFuture(
              cause instanceof KeeperException keeper
                  ? unknown.apply(message(keeper.code(), keeper.getPath()), cause)
                  : cause instanceof RejectedExecutionException
                      ? unknown.apply("the connection to ZooKeeper is closed", cause)
                      : cause);
        });
  }

  private String message(Code code, @Nullable String path) {
    String znode = path == null ? "a znode" : path; // a transaction does not say which
    return "ZooKeeper at %s %s"
        .formatted(
            settings,
            switch (code) {
              case NOAUTH, AUTHFAILED -> "refuses " + znode + " to these credentials";
              case NONODE -> "has lost " + znode;
              default -> "did not answer (" + code + ")";
            });
  }

  /** Ends the session: what was there only as long as this process is gone. */
  @Override
  public void close() {
    thread.shutdown(); // first, so that nothing more is asked
    client.close();
  }
}
