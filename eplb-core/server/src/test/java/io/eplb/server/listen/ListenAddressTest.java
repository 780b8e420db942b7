package io.eplb.server.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7460, 127.0.0.1:7460, true",
    "localhost:0, localhost:0, true",
    "[::1]:80, [::1]:80, true",
    "127.8.9.1:80, 127.8.9.1:80, true",
    "0.0.0.0:7460, 0.0.0.0:7460, false",
    "[::]:7460, [::]:7460, false",
    "10.1.2.3:7460, 10.1.2.3:7460, false",
    "planner.example:7460, planner.example:7460, false",
    "unix:/run/eplb.sock, unix:/run/eplb.sock, true",
    "unix:here, unix:here, true",
  })
  void anAddressKnowsWhetherOthersReachIt(String text, String shown, boolean local) {
    ListenAddress address = ListenAddress.parse(text);
    assertEquals(shown, address.toString());
    assertEquals(local, address.local());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7460",
        "localhost",
        ":7460",
        "host:port",
        "host:70000",
        "::1:80",
        "unix:",
        "unix:\0"
      })
  void whatIsNoAddressIsRefused(String text) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> ListenAddress.parse(text));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .endsWith("expected HOST:PORT, such as 127.0.0.1:7460, or unix:PATH"),
        refusal.getMessage());
  }
}
