package io.eplb.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network between clients and a server of this machine, which a test breaks: bytes of one way or
 * of both are held up, as by a network that loses packets and a TCP that sends them again, or the
 * connections are cut. Held bytes arrive when the way is open again.
 */
public final class TcpProxy implements AutoCloseable {
  /** The ways of bytes. */
  public enum Way {
    /** From clients to the server. */
    TO_SERVER,
    /** From the server to clients. */
    TO_CLIENT
  }

  private static final int BUFFER_BYTES = 8_192;

  private final ServerSocket entrance;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();

  /** Guarded by {@link #gate}. */
  private final Set<Way> held = EnumSet.noneOf(Way.class);

  private volatile int serverPort;
  private volatile boolean closed;

  /** Opens a way to a server that listens on a port of the loopback interface. */
  public TcpProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Returns the port for clients. */
  public int port() {
    return entrance.getLocalPort();
  }

  /** Returns the address for clients, {@code host:port}. */
  public String address() {
    return "localhost:" + port();
  }

  /** Leads new connections to another port, where the server has started again. */
  public void leadTo(int port) {
    serverPort = port;
  }

  /** Holds the bytes of a way up from now on; new connections seem to be made. */
  public void hold(Way... ways) {
    synchronized (gate) {
      held.addAll(Set.of(ways));
    }
  }

  /** Lets all bytes pass, those that were held up first. */
  public void pass() {
    synchronized (gate) {
      held.clear();
      gate.notifyAll();
    }
  }

  /** Cuts the connections there are, with the bytes that they hold. */
  public void cut() {
    sockets.forEach(TcpProxy::close);
  }

  /** Cuts all connections and takes no more. */
  @Override
  public void close() {
    closed = true;
    try {
      entrance.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    cut();
    pass();
  }

  private void accept() {
    while (!closed) {
      try {
        connect(entrance.accept());
      } catch (IOException ended) {
        // closed, or one connection less
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(client);
    sockets.add(server);
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    } catch (IOException down) {
      end(client, server);
      return;
    }
    start(() -> pump(client, server, Way.TO_SERVER));
    start(() -> pump(server, client, Way.TO_CLIENT));
    if (closed) {
      end(client, server);
    }
  }

  private void pump(Socket from, Socket to, Way way) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitOpen(way);
        out.write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException ended) {
      // as below
    } finally {
      end(from, to);
    }
  }

  private void awaitOpen(Way way) throws InterruptedException {
    synchronized (gate) {
      while (held.contains(way)) {
        gate.wait();
      }
    }
  }

  private void end(Socket one, Socket other) {
    close(one);
    close(other);
    sockets.remove(one);
    sockets.remove(other);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // what was wanted
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
