package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static io.eplb.zookeeper.Done.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.record.RecordUnavailableException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperTest {
  @TempDir private Path data;

  @Test
  void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
    Path folder = data.resolve("not/yet/there");
    int port;
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(folder, 0);
        ZooKeeperConnection connection = connect(server)) {
      port = server.port();
      done(done(ZooKeeperCommitRecord.create(connection, Tables.FIRST)).takeOver(5));
    }
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(folder, port);
        ZooKeeperConnection connection = connect(server)) {
      assertEquals(port, server.port());
      ZooKeeperCommitRecord record = done(ZooKeeperCommitRecord.find(connection)).orElseThrow();
      assertEquals(5, record.latest().epoch());
      assertEquals(Tables.FIRST, done(record.table()).table());
    }
  }

  @Test
  void aServerThatIsClosedAnswersNobodyAndMayBeClosedAgain() throws Exception {
    EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data, 0);
    assertFalse(server.failed().toCompletableFuture().isDone());
    String address = server.address();
    server.close();
    server.close();

    assertInstanceOf(
        RecordUnavailableException.class,
        failure(
            ZooKeeperConnection.open(
                ZooKeeperSettings.parse(address).withSessionTimeout(Duration.ofSeconds(1)))));
  }

  @Test
  void itListensOnTheLoopbackInterfaceAloneAndTellsJmxNothing() throws Exception {
    Set<ObjectName> before =
        ManagementFactory.getPlatformMBeanServer()
            .queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null);
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data, 0)) {
      // Another may listen on the same port of all the other interfaces.
      try (ServerSocket elsewhere =
          new ServerSocket(server.port(), 1, InetAddress.getByName("127.0.0.2"))) {
        assertEquals(server.port(), elsewhere.getLocalPort());
      }
      assertEquals(
          before,
          ManagementFactory.getPlatformMBeanServer()
              .queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null));
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InvalidInputException refused =
          assertThrows(
              InvalidInputException.class,
              () -> EmbeddedZooKeeper.start(data, taken.getLocalPort()));
      assertTrue(message(refused).contains("port " + taken.getLocalPort()));
    }
    assertThrows(InvalidInputException.class, () -> EmbeddedZooKeeper.start(data, 65_536));
  }

  @Test
  void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
    Path file = Files.writeString(data.resolve("file"), "no directory");

    for (Path unusable : new Path[] {file, file.resolve("below")}) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> EmbeddedZooKeeper.start(unusable, 0));
      assertTrue(message(refused).contains(unusable.toString()), message(refused));
      assertFalse(message(refused).contains("Exception"), message(refused));
    }
  }

  @Test
  void aDirectoryHasOneServerAtATime() throws Exception {
    try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(data, 0)) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> EmbeddedZooKeeper.start(data, 0));
      assertTrue(message(refused).contains(data.toString()), message(refused));
      assertFalse(first.failed().toCompletableFuture().isDone());
    }
    EmbeddedZooKeeper.start(data, 0).close();
  }

  @Test
  void aServerThatCannotStartGivesItsDirectoryBack() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThrows(
          InvalidInputException.class, () -> EmbeddedZooKeeper.start(data, taken.getLocalPort()));
      EmbeddedZooKeeper.start(data, 0).close();
    }
  }

  @Test
  void damagedDataAreNamedWithTheirDirectory() throws Exception {
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data, 0);
        ZooKeeperConnection connection = connect(server)) {
      done(ZooKeeperCommitRecord.create(connection, Tables.FIRST));
    }
    try (var files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "damaged");
      }
    }

    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> EmbeddedZooKeeper.start(data, 0));

    assertTrue(message(refused).contains(data.toString()), message(refused));
  }

  @Test
  void aServerThatCanNoLongerWriteStopsAndItsClientsKnow() throws Exception {
    Path directory = data.resolve("server");
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0)) {
      Files.move(directory, data.resolve("gone"));
      Files.createFile(directory); // The server would make a directory that is missing.

      assertInstanceOf(
          RecordUnavailableException.class,
          failure(
              ZooKeeperConnection.open(
                  ZooKeeperSettings.parse(server.address())
                      .withSessionTimeout(ZooKeeperSettings.MIN_SESSION_TIMEOUT))));
      done(server.failed());
    }
  }

  private static ZooKeeperConnection connect(EmbeddedZooKeeper server) throws Exception {
    return done(ZooKeeperConnection.open(ZooKeeperSettings.parse(server.address())));
  }
}
