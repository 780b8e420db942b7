package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.format.FileFailure;
import io.eplb.core.lock.ProcessLock;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server in this process, for the processes of one machine. It listens on the loopback
 * interface alone, and what it has acknowledged is in its data directory when it starts again. A
 * directory has one server at a time, since two would write over each other's data.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
  private static final int LAST_PORT = 65_535;
  private static final int TICK_MILLIS = 500;
  private static final int MAX_CONNECTIONS = 0; // any number, since all come from one address
  private static final int SNAPSHOTS_KEPT = 3;
  private static final int HOURS_BETWEEN_PURGES = 1;

  static {
    // ZooKeeper's answer to a full disk would be to end this process.
    ServiceUtils.setSystemExitProcedure(
        code -> LOG.error("the ZooKeeper server has failed and stops (code {})", code));
  }

  private final ProcessLock lock;
  private final FileTxnSnapLog files;
  private final Server server;
  private final CompletableFuture<@Nullable Void> failed = new CompletableFuture<>();
  private final NIOServerCnxnFactory connections;
  private final DatadirCleanupManager cleanup;

  private EmbeddedZooKeeper(Path directory, int port, ProcessLock lock)
      throws IOException, InterruptedException {
    File folder = directory.toFile();
    this.lock = lock;
    files = new FileTxnSnapLog(folder, folder);
    connections = new NIOServerCnxnFactory();
    server = new Server(files, this::stop);
    cleanup = new DatadirCleanupManager(folder, folder, SNAPSHOTS_KEPT, HOURS_BETWEEN_PURGES);
    try {
      connections.configure(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MAX_CONNECTIONS);
      connections.startup(server);
    } catch (IOException | RuntimeException failed) {
      close();
      throw failed;
    }
    cleanup.start();
  }

  /**
   * Starts a server.
   *
   * @param directory its data, created unless it is there
   * @param port the port, or 0 for any that is free
   * @throws InvalidInputException if the directory or the port cannot be used, or a server of this
   *     directory is running
   */
  public static EmbeddedZooKeeper start(Path directory, int port) throws InterruptedException {
    Require.inRange("the port", port, 0, LAST_PORT);
    ProcessLock lock = lock(directory);
    boolean started = false;
    try {
      EmbeddedZooKeeper server = new EmbeddedZooKeeper(directory, port, lock);
      started = true;
      return server;
    } catch (BindException taken) {
      throw new InvalidInputException(
          "port %d of this machine is taken; choose another, or 0 for any".formatted(port), taken);
    } catch (IOException | RuntimeException failed) {
      throw cannotUse(directory, failed);
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  private static ProcessLock lock(Path directory) {
    try {
      Files.createDirectories(directory);
      requireRoom(directory);
    } catch (IOException failed) {
      throw cannotUse(directory, failed);
    }
    return ProcessLock.take(directory.resolve("eplb.lock"), "a ZooKeeper server");
  }

  private static InvalidInputException cannotUse(Path directory, Exception failed) {
    return new InvalidInputException(
        "the ZooKeeper server cannot use the directory %s: %s"
            .formatted(
                directory,
                failed instanceof IOException io
                    ? FileFailure.reason(io)
                    : FailureReason.words(failed)),
        failed);
  }

  /** Fails where nothing can be written, before ZooKeeper does in its own words. */
  private static void requireRoom(Path directory) throws IOException {
    Path trial = Files.createTempFile(directory, "trial-", ".tmp");
    try {
      Files.write(trial, new byte[1 << 16]);
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  /** Returns the port. */
  public int port() {
    return connections.getLocalPort();
  }

  /** Returns the server as {@code host:port}. */
  public String address() {
    return "localhost:" + port();
  }

  private void stop() {
    connections.shutdown();
    failed.complete(null);
  }

  /** Completes when the server has stopped by itself, since its disk has failed. */
  public CompletionStage<@Nullable Void> failed() {
    return failed;
  }

  /** Stops the server; its data stay. */
  @Override
  public void close() {
    cleanup.shutdown();
    connections.shutdown(); // with the server
    try {
      server.getZKDatabase().close();
      files.close();
    } catch (IOException failed) {
      LOG.warn("the files of the ZooKeeper server could not be closed", failed);
    } finally {
      lock.close();
    }
  }

  /** A server that tells nothing to JMX, and leaves no client waiting when it has failed. */
  private static final class Server extends ZooKeeperServer {
    private static final int DEFAULT_BACKLOG = -1;

    private final Runnable whenBroken;

    Server(FileTxnSnapLog files, Runnable whenBroken) {
      super(
          files,
          TICK_MILLIS,
          Math.toIntExact(ZooKeeperSettings.MIN_SESSION_TIMEOUT.toMillis()),
          Math.toIntExact(ZooKeeperSettings.MAX_SESSION_TIMEOUT.toMillis()),
          DEFAULT_BACKLOG,
          new ZKDatabase(files),
          "");
      this.whenBroken = whenBroken;
    }

    /** Ends the connections when the server can do nothing more: its clients then know. */
    @Override
    protected void setState(State state) {
      super.setState(state);
      if (state == State.ERROR) {
        LOG.error("the ZooKeeper server stops; its disk may be full, or its directory gone");
        new Thread(whenBroken, "eplb-zookeeper-stop").start(); // it waits for the caller's thread
      }
    }

    @Override
    protected void registerJMX() {}

    @Override
    protected void unregisterJMX() {}
  }
}
