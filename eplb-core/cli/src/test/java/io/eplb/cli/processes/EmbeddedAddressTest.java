package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedAddressTest {
  @ParameterizedTest
  @CsvSource({
    "embedded, localhost:2181/eplb",
    "embedded:2182, localhost:2182/eplb",
    "embedded/glm, localhost:2181/glm",
    "embedded:65535/a/b, localhost:65535/a/b"
  })
  void itIsAPortOfThisMachineAndAPath(String given, String connect) {
    assertEquals(connect, EmbeddedAddress.parse(given).orElseThrow().connect());
  }

  @Test
  void aFreePortIsKnownToThePlannerAlone() {
    EmbeddedAddress free = EmbeddedAddress.parse("embedded:0/glm").orElseThrow();
    assertEquals("localhost:40123/glm", free.connect(40_123));
    String message =
        String.valueOf(assertThrows(InvalidInputException.class, free::connect).getMessage());
    assertTrue(message.contains("name the one that it says"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zk1:2181", "embedded-zk.example:2181/eplb", "embeddedhost:1", "", "a/b"})
  void otherWordsNameServers(String given) {
    assertEquals(Optional.empty(), EmbeddedAddress.parse(given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embedded:",
        "embedded:zk1",
        "embedded:zk1:2181",
        "embedded:65536",
        "embedded:-1",
        "embedded,zk1:2181",
        "embedded@zk1",
        "embedded 2181"
      })
  void noOtherMachineReachesIt(String given) {
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> EmbeddedAddress.parse(given))
                .getMessage());
    assertTrue(message.contains("only this machine") && message.contains(given), message);
  }
}
