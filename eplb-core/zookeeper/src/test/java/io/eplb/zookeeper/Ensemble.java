package io.eplb.zookeeper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** An ensemble of three servers in this process. */
public final class Ensemble implements AutoCloseable {
  private static final int SERVERS = 3;
  private static final long START_MILLIS = 60_000;

  private final Path data;
  private final Properties shared = new Properties();
  private final int[] clientPorts = new int[SERVERS];
  private final List<ZooKeeperServerEmbedded> running = new ArrayList<>();

  /** Starts three servers with their data below a directory. */
  public Ensemble(Path data) throws Exception {
    this.data = data;
    shared.setProperty("tickTime", "200");
    shared.setProperty("initLimit", "50");
    shared.setProperty("syncLimit", "10");
    shared.setProperty("minSessionTimeout", "1000");
    shared.setProperty("maxSessionTimeout", "600000");
    shared.setProperty("admin.enableServer", "false");
    int[] ports = freePorts(3 * SERVERS);
    for (int server = 0; server < SERVERS; server++) {
      clientPorts[server] = ports[3 * server];
      shared.setProperty(
          "server." + server, "localhost:" + ports[3 * server + 1] + ":" + ports[3 * server + 2]);
    }
    List<Thread> starting = new ArrayList<>();
    for (int server = 0; server < SERVERS; server++) {
      running.add(server(server));
    }
    // Each waits for a quorum.
    for (ZooKeeperServerEmbedded server : running) {
      Thread thread = new Thread(() -> start(server));
      thread.start();
      starting.add(thread);
    }
    for (Thread thread : starting) {
      thread.join();
    }
  }

  private static void start(ZooKeeperServerEmbedded server) {
    try {
      server.start(START_MILLIS);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    int[] ports = new int[count];
    for (int port = 0; port < count; port++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports[port] = socket.getLocalPort();
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private ZooKeeperServerEmbedded server(int id) throws Exception {
    Path folder = Files.createDirectories(data.resolve("server" + id));
    Path dataFolder = Files.createDirectories(folder.resolve("data"));
    Files.writeString(dataFolder.resolve("myid"), String.valueOf(id));
    Properties own = new Properties();
    own.putAll(shared);
    own.setProperty("clientPort", String.valueOf(clientPorts[id]));
    own.setProperty("clientPortAddress", "localhost");
    own.setProperty("dataDir", dataFolder.toString());
    return ZooKeeperServerEmbedded.builder()
        .baseDir(folder)
        .configuration(own)
        .exitHandler(ExitHandler.LOG_ONLY)
        .build();
  }

  /** Returns the number of servers. */
  public int size() {
    return SERVERS;
  }

  /** Returns the servers as a connect string. */
  public String servers() {
    return "localhost:"
        + clientPorts[0]
        + ",localhost:"
        + clientPorts[1]
        + ",localhost:"
        + clientPorts[2];
  }

  /** Returns the port of a server for clients. */
  public int port(int server) {
    return clientPorts[server];
  }

  /** Stops a server. */
  public void stop(int server) {
    running.get(server).close();
  }

  /** Starts a stopped server again; returns when it is part of a quorum. */
  public void restart(int server) throws Exception {
    running.set(server, server(server));
    running.get(server).start(START_MILLIS);
  }

  @Override
  public void close() {
    running.forEach(ZooKeeperServerEmbedded::close);
  }
}
