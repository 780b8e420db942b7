package io.eplb.server.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFileTest {
  @TempDir Path folder = Path.of(".");

  private static ServerSocketChannel listen(Path path) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    return channel;
  }

  @Test
  void onlyTheOwnerCanConnectFromTheFirstMomentOn() throws IOException {
    Path place = folder.resolve("eplb.sock");
    UnixSocketFile file = UnixSocketFile.prepare(place);
    Path hiding = Objects.requireNonNull(file.hidden().getParent());
    assertEquals("rwx------", permissions(hiding));
    assertFalse(Files.exists(place));
    try (ServerSocketChannel channel = listen(file.hidden())) {
      file.publish();
      assertTrue(channel.isOpen());
      assertEquals("rw-------", permissions(place));
      assertEquals(List.of(place), files());
      file.close();
      assertEquals(List.of(), files());
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theSocketOfAKilledServiceIsReplaced() throws IOException {
    Path place = folder.resolve("eplb.sock");
    listen(place).close(); // which leaves the file
    assertTrue(Files.exists(place));
    UnixSocketFile file = UnixSocketFile.prepare(place);
    try (ServerSocketChannel channel = listen(file.hidden())) {
      file.publish();
      assertRefused(place, "another service listens there");
      assertTrue(channel.isOpen());
    }
    file.close();
  }

  @Test
  void aSocketThatIsInUseIsLeftAlone() throws IOException {
    Path place = folder.resolve("eplb.sock");
    try (ServerSocketChannel other = listen(place)) {
      assertRefused(place, "another service listens there; stop it or choose another name");
      assertTrue(other.isOpen());
      assertEquals(List.of(place), files());
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws IOException {
    Path place = Files.writeString(folder.resolve("notes.txt"), "precious");
    assertRefused(place, "the file exists and is no socket");
    assertEquals("precious", Files.readString(place));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertRefused(link, "the file exists and is no socket");
    Path inside = Files.createDirectory(folder.resolve("inside"));
    assertRefused(inside, "the file exists and is no socket");
  }

  @Test
  void whoWasReplacedMeanwhileRemovesNothing() throws IOException {
    Path place = folder.resolve("eplb.sock");
    UnixSocketFile file = UnixSocketFile.prepare(place);
    listen(file.hidden()).close();
    file.publish();
    Files.delete(place);
    try (ServerSocketChannel other = listen(place)) {
      file.close();
      assertTrue(other.isOpen());
      assertTrue(Files.exists(place));
    }
  }

  @Test
  void aPlaceThatWasTakenMeanwhileIsLeftAlone() throws IOException {
    Path place = folder.resolve("eplb.sock");
    UnixSocketFile file = UnixSocketFile.prepare(place);
    listen(file.hidden()).close();
    try (ServerSocketChannel other = listen(place)) {
      InvalidInputException refusal = assertThrows(InvalidInputException.class, file::publish);
      assertTrue(
          String.valueOf(refusal.getMessage()).contains("another service"), refusal.getMessage());
      assertTrue(other.isOpen());
    }
    file.close();
    assertEquals(List.of(place), files());
  }

  @Test
  void aPathThatNoSystemBindsIsRefused() throws IOException {
    assertRefused(folder.resolve("x".repeat(120)), "the path is too long for a Unix socket");
    assertRefused(folder.resolve("missing/eplb.sock"), "does not exist; create it first");
    assertEquals(List.of(), files());
  }

  private static void assertRefused(Path place, String message) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> UnixSocketFile.prepare(place));
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal.getMessage());
  }
}
