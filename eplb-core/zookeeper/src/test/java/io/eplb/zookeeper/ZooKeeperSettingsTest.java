package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperSettingsTest {
  @TempDir private Path folder;

  @Test
  void aConnectStringNamesServersAndAChroot() {
    ZooKeeperSettings settings =
        ZooKeeperSettings.parse("zk1:2181,10.0.0.2:2182,[::1]:2183/eplb/glm-5.2");

    assertEquals("zk1:2181,10.0.0.2:2182,[::1]:2183", settings.servers());
    assertEquals("/eplb/glm-5.2", settings.chroot());
    assertEquals("/eplb", ZooKeeperSettings.parse("zk1:2181").chroot());
    assertEquals("zk1:2181/eplb", ZooKeeperSettings.parse("zk1:2181").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zk1",
        "zk1:",
        ":2181",
        "zk1:0",
        "zk1:65536",
        "zk1:999999",
        "zk1:2181,",
        "zk1:2181,,zk2:2181",
        "zk 1:2181",
        "zk1:2181/",
        "zk1:2181//eplb",
        "zk1:2181/eplb/",
        "zk1:2181/..",
        "zk1:2181/eplb/../x",
        "zk1:2181/zookeeper/quota",
        "zk1:2181/a b",
      })
  void anythingElseIsRefused(String connect) {
    assertThrows(InvalidInputException.class, () -> ZooKeeperSettings.parse(connect));
  }

  @Test
  void aSessionTimeoutHasLimits() {
    ZooKeeperSettings settings = ZooKeeperSettings.parse("zk1:2181");

    assertEquals(
        Duration.ofSeconds(3), settings.withSessionTimeout(Duration.ofSeconds(3)).sessionTimeout());
    for (Duration timeout : new Duration[] {Duration.ofMillis(999), Duration.ofMinutes(11)}) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> settings.withSessionTimeout(timeout));
      assertTrue(message(refused).contains("between 1000 and 600000 ms"));
    }
  }

  @Test
  void aFileOfClientPropertiesHasToBeThere() {
    ZooKeeperSettings settings = ZooKeeperSettings.parse("zk1:2181");

    assertThrows(
        InvalidInputException.class, () -> settings.withClientConfig(folder.resolve("none")));
    assertThrows(InvalidInputException.class, () -> settings.withClientConfig(folder));
  }

  @Test
  void credentialsComeFromAFileOrTheEnvironmentAndAreNeverPrinted() throws Exception {
    Path file = folder.resolve("credentials");
    Files.writeString(file, "planner:se:cret\n");

    ZooKeeperCredentials read = ZooKeeperCredentials.fromFile(file);
    ZooKeeperCredentials set =
        ZooKeeperCredentials.from("EPLB_ZOOKEEPER", Map.of("EPLB_ZOOKEEPER", "planner:se:cret"));

    assertEquals("planner:se:cret", new String(read.digest(), StandardCharsets.UTF_8));
    assertEquals("planner:se:cret", new String(set.digest(), StandardCharsets.UTF_8));
    assertFalse((read + " " + set).contains("cret"));
    assertFalse(
        ZooKeeperSettings.parse("zk1:2181").withCredentials(read).toString().contains("cret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", ":secret", "planner:", "planner:a\nb"})
  void otherCredentialsAreRefusedWithoutBeingShown(String content) throws Exception {
    Path file = folder.resolve("credentials");
    Files.writeString(file, content);

    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> ZooKeeperCredentials.fromFile(file));

    assertFalse(message(refused).contains("secret"), message(refused));
    assertThrows(
        InvalidInputException.class,
        () -> ZooKeeperCredentials.from("NONE", Map.of("NONE", content)));
  }

  @Test
  void credentialsThatAreNotThereAreAskedFor() throws Exception {
    Path large = folder.resolve("large");
    Files.writeString(large, "user:" + "x".repeat(2_000));

    assertThrows(InvalidInputException.class, () -> ZooKeeperCredentials.fromFile(large));
    assertThrows(
        InvalidInputException.class, () -> ZooKeeperCredentials.fromFile(folder.resolve("none")));
    assertThrows(InvalidInputException.class, () -> ZooKeeperCredentials.from("NONE", Map.of()));
  }
}
