package io.eplb.server;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A rank that asks over one connection that stays open, as fast as a port or a Unix socket goes.
 * Faults of clients are {@link io.eplb.server.http.RawClient}'s.
 */
final class PlanClient implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("content-length: *([0-9]+)");
  private static final int BUFFER = 16 << 10;

  private final SocketChannel channel;

  /** The bytes that were received and not yet used. */
  private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER).limit(0);

  private PlanClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** An answer. */
  record Answer(int status, String head, ByteBuffer body) {
    String text() {
      return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    @Override
    public String toString() {
      return status + " " + (head.contains("x-npz") ? body.remaining() + " bytes" : text());
    }
  }

  /** Connects to an address as the service names it. */
  static PlanClient connect(String address) throws IOException {
    boolean unix = address.startsWith("unix:");
    SocketChannel channel =
        unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    channel.connect(unix ? socket(address) : port(URI.create(address)));
    return new PlanClient(channel);
  }

  private static SocketAddress socket(String address) {
    return UnixDomainSocketAddress.of(address.substring("unix:".length()));
  }

  private static SocketAddress port(URI address) {
    return new InetSocketAddress(address.getHost(), address.getPort());
  }

  Answer get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: eplb\r\n\r\n", new byte[0]);
    return receive();
  }

  Answer post(String path, byte[] body) throws IOException {
    sendPost(path, body);
    return receive();
  }

  void sendPost(String path, byte[] body) throws IOException {
    send(
        "POST %s HTTP/1.1\r\nHost: eplb\r\nContent-Length: %s\r\n\r\n".formatted(path, body.length),
        body);
  }

  private void send(String head, byte[] body) throws IOException {
    write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    write(ByteBuffer.wrap(body));
  }

  /** Writes part by part, since for every write the JDK copies all that is left. */
  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      ByteBuffer part = bytes.slice(bytes.position(), Math.min(BUFFER, bytes.remaining()));
      channel.write(part);
      bytes.position(bytes.position() + part.position());
    }
  }

  Answer receive() throws IOException {
    String head = head();
    byte[] body = new byte[length(head)];
    int got = 0;
    while (got < body.length) {
      int part = part(body.length - got);
      received.get(body, got, part);
      got += part;
    }
    return new Answer(status(head), head, ByteBuffer.wrap(body));
  }

  /** Receives an answer and keeps the checksum of its body alone; fails unless it is good. */
  long receiveChecksum() throws IOException {
    String head = head();
    CRC32 checksum = new CRC32();
    for (int left = length(head); left > 0; ) {
      int part = part(left);
      checksum.update(received.slice().limit(part));
      received.position(received.position() + part);
      left -= part;
    }
    if (status(head) != 200) {
      throw new IOException(head);
    }
    return checksum.getValue();
  }

  private static int status(String head) {
    return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }

  private static int length(String head) {
    Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  /** Returns how many bytes of the body are there, at least one and at most so many. */
  private int part(int most) throws IOException {
    if (!received.hasRemaining()) {
      more();
    }
    return Math.min(most, received.remaining());
  }

  private void more() throws IOException {
    received.clear();
    int read = channel.read(received);
    received.flip();
    if (read < 0) {
      throw new EOFException("the service closed the connection");
    }
  }

  private String head() throws IOException {
    byte[] head = new byte[1024];
    int size = 0;
    while (size < 4 || head[size - 1] != '\n' || head[size - 2] != '\r' || head[size - 3] != '\n') {
      part(1);
      head = size == head.length ? Arrays.copyOf(head, 2 * size) : head;
      head[size++] = received.get();
    }
    return new String(head, 0, size, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
