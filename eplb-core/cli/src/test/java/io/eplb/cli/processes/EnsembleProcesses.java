package io.eplb.cli.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An ensemble of three servers, each ZooKeeper's own program in a process. */
final class EnsembleProcesses implements ZooKeeperServers {
  static final int SERVERS = 3;

  /** Ports below those that a system gives to clients: a server has to get its own ones again. */
  private static final int FIRST_PORT = 15_000;

  private static final int LAST_PORT = 30_000;
  private static final int ANSWER_MILLIS = 500;
  private static final long LAST_SECONDS = 30;

  private final Path folder;
  private final int[] ports = freePorts();
  private final TreeMap<Integer, ChildProcess> members = new TreeMap<>();

  /**
   * Starts the servers.
   *
   * @param folder the folder of their data and of what they say
   */
  EnsembleProcesses(Path folder) throws IOException {
    this.folder = folder;
    for (int member = 0; member < SERVERS; member++) {
      Path data = Files.createDirectories(data(member));
      Files.writeString(data.resolve("myid"), Integer.toString(member));
      Files.writeString(configuration(member), configurationOf(member));
      start(member);
    }
  }

  private static int[] freePorts() {
    Random random = new Random();
    int[] ports = new int[3 * SERVERS];
    for (int index = 0; index < ports.length; ) {
      int port = FIRST_PORT + random.nextInt(LAST_PORT - FIRST_PORT);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports[index] = free.getLocalPort();
        index++;
      } catch (IOException taken) {
        // The next one.
      }
    }
    return ports;
  }

  /** Returns the folder of a server's data. */
  Path data(int member) {
    return folder.resolve("server-" + member);
  }

  private Path configuration(int member) {
    return folder.resolve("server-" + member + ".properties");
  }

  private String configurationOf(int member) {
    String servers =
        IntStream.range(0, SERVERS)
            .mapToObj(
                each ->
                    "server.%d=127.0.0.1:%d:%d\n"
                        .formatted(each, ports[SERVERS + each], ports[2 * SERVERS + each]))
            .collect(Collectors.joining());
    return """
    dataDir=%s
    clientPort=%d
    clientPortAddress=127.0.0.1
    tickTime=200
    initLimit=50
    syncLimit=10
    minSessionTimeout=1000
    maxSessionTimeout=600000
    maxClientCnxns=0
    admin.enableServer=false
    # No test takes the power away.
    forceSync=no
    """
            .formatted(data(member), ports[member])
        + servers;
  }

  /** Starts a server that is not running. */
  void start(int member) {
    members.put(
        member,
        ChildProcess.java(
            "server " + member + " of the ensemble",
            folder.resolve("server-" + member + ".log"),
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                EnsembleMember.class.getName(),
                configuration(member).toString())));
  }

  /** Kills a server, as kill −9 does; it stays away until it is started. */
  void kill(int member) {
    process(member).kill();
    members.remove(member);
  }

  /** Asks a server to end, and waits until it has; it stays away until it is started. */
  void end(int member) throws InterruptedException {
    process(member).end(LAST_SECONDS);
    members.remove(member);
  }

  /** Returns the process of a server that is running. */
  ChildProcess process(int member) {
    ChildProcess process = members.get(member);
    if (process == null) {
      throw new IllegalStateException("server " + member + " is not running");
    }
    return process;
  }

  /** Returns the address of one server. */
  String address(int member) {
    return "127.0.0.1:" + ports[member];
  }

  @Override
  public Optional<String> address() {
    return leading()
        .map(
            any ->
                IntStream.range(0, SERVERS)
                    .mapToObj(this::address)
                    .collect(Collectors.joining(",")));
  }

  /** Returns the server that leads; empty during an election. */
  Optional<Integer> leading() {
    return members.keySet().stream().filter(member -> "leader".equals(mode(member))).findFirst();
  }

  /** Returns whether a server is part of a quorum. */
  boolean isServing(int member) {
    return !mode(member).isEmpty();
  }

  /** Returns "leader" or "follower"; empty if the server is neither, or does not answer. */
  private String mode(int member) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[member]), ANSWER_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()))
          .findFirst()
          .orElse("");
    } catch (IOException away) {
      return "";
    }
  }

  /** {@inheritDoc} There is one: nobody asks during an election. */
  @Override
  public ChildProcess leader() {
    return process(leading().orElseThrow());
  }

  @Override
  public void restart(ChildProcess dead) {
    for (int member : List.copyOf(members.keySet())) {
      if (process(member) == dead) {
        start(member);
      }
    }
  }

  @Override
  public List<ChildProcess> processes() {
    return new ArrayList<>(members.values());
  }

  @Override
  public void close() {
    members.values().forEach(ChildProcess::kill);
  }
}
