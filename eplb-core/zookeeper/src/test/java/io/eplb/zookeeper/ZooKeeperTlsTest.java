package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static io.eplb.zookeeper.Done.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.eplb.core.record.RecordUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, as ZooKeeper's own client properties switch it on. */
class ZooKeeperTlsTest {
  private static final String PASSWORD = "password";

  @TempDir private Path folder;
  private Set<String> propertiesBefore = Set.of();

  /** A server of ZooKeeper makes its configuration into properties of the whole process. */
  @BeforeEach
  void rememberProperties() {
    propertiesBefore = Set.copyOf(System.getProperties().stringPropertyNames());
  }

  @AfterEach
  void restoreProperties() {
    for (String property : System.getProperties().stringPropertyNames()) {
      if (!propertiesBefore.contains(property)) {
        System.clearProperty(property);
      }
    }
  }

  @Test
  void theRecordIsReachedThroughTlsAndByNobodyWithoutIt() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Path certificate = folder.resolve("certificate.pem");
    createKeys(keys, certificate);
    try (ZooKeeperServerEmbedded server = server(keys, certificate)) {
      server.start();
      ZooKeeperSettings settings =
          ZooKeeperSettings.parse("localhost:" + server.getSecureClientPort());
      try (ZooKeeperConnection connection =
          done(ZooKeeperConnection.open(settings.withClientConfig(clientConfig(certificate))))) {
        assertEquals(
            Tables.FIRST,
            done(done(ZooKeeperCommitRecord.create(connection, Tables.FIRST)).table()).table());
      }
      assertInstanceOf(
          RecordUnavailableException.class,
          failure(
              ZooKeeperConnection.open(
                  settings.withSessionTimeout(ZooKeeperSettings.MIN_SESSION_TIMEOUT))));
    }
  }

  private void createKeys(Path keys, Path certificate) throws Exception {
    keytool(
        "-genkeypair -keyalg EC -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1"
            + " -storetype PKCS12 -storepass "
            + PASSWORD,
        keys,
        "");
    keytool("-exportcert -rfc -storepass " + PASSWORD, keys, "-file " + certificate);
  }

  private void keytool(String command, Path keys, String more) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    words.addAll(List.of(command.split(" ")));
    words.addAll(List.of("-keystore", keys.toString()));
    if (!more.isEmpty()) {
      words.addAll(List.of(more.split(" ")));
    }
    Process keytool =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertEquals(0, keytool.waitFor());
  }

  private ZooKeeperServerEmbedded server(Path keys, Path certificate) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("dataDir", Files.createDirectory(folder.resolve("data")).toString());
    properties.setProperty("secureClientPort", "0");
    properties.setProperty("secureClientPortAddress", "localhost");
    properties.setProperty("admin.enableServer", "false");
    properties.setProperty(
        "serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
    properties.setProperty("ssl.keyStore.location", keys.toString());
    properties.setProperty("ssl.keyStore.password", PASSWORD);
    properties.setProperty("ssl.trustStore.location", certificate.toString());
    properties.setProperty("ssl.clientAuth", "none");
    return ZooKeeperServerEmbedded.builder()
        .baseDir(folder)
        .configuration(properties)
        .exitHandler(ExitHandler.LOG_ONLY)
        .build();
  }

  private Path clientConfig(Path certificate) throws Exception {
    return Files.writeString(
        folder.resolve("client.properties"),
        """
        zookeeper.client.secure=true
        zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty
        zookeeper.ssl.trustStore.location=%s
        """
            .formatted(certificate));
  }
}
