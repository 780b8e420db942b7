package io.eplb.server.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends bytes as they are, over a port or a Unix socket. */
public final class RawClient implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream input;

  private RawClient(SocketChannel channel) {
    this.channel = channel;
    this.input = Channels.newInputStream(channel);
  }

  /** An answer as it came; header names are in lower case. */
  public record Answer(int status, Map<String, String> headers, ByteBuffer bytes) {
    public String body() {
      return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    @Override
    public String toString() {
      return status + " " + headers + " " + body();
    }
  }

  /** Connects to an address as the server names it. */
  public static RawClient connect(String address) throws IOException {
    if (address.startsWith("unix:")) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      return connect(channel, UnixDomainSocketAddress.of(address.substring("unix:".length())));
    }
    URI uri = URI.create(address);
    return connect(SocketChannel.open(), new InetSocketAddress(uri.getHost(), uri.getPort()));
  }

  private static RawClient connect(SocketChannel channel, SocketAddress address)
      throws IOException {
    channel.connect(address);
    return new RawClient(channel);
  }

  /** Sends one request on a connection of its own and returns the answer. */
  public static Answer ask(String address, String request) throws IOException {
    try (RawClient client = connect(address)) {
      return client.send(request).answer();
    }
  }

  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  public RawClient send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  /** Sends nothing more; answers can still be read. */
  public RawClient end() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** Ends the connection in the middle of what goes on. */
  public void leave() throws IOException {
    channel.close();
  }

  /** Reads an answer with a length. */
  public Answer answer() throws IOException {
    String[] words = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Answer(
        Integer.parseInt(words[1]), headers, ByteBuffer.wrap(input.readNBytes(length)));
  }

  /** Returns whether the server has closed the connection, after it has read what came before. */
  public boolean closed() {
    try {
      return input.read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Returns all bytes up to the end of the connection. */
  public byte[] rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      input.transferTo(rest);
    } catch (IOException reset) {
      // What came before is what counts.
    }
    return rest.toByteArray();
  }

  /** Reads a line without its end; fails where the connection ends before it. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = input.read(); octet != '\n'; octet = input.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended after " + line);
      }
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
