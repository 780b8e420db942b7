package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.format.load.NumpyBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartMessageTest {
  private static final byte[] TABLE =
      Bodies.archive("current", NumpyBytes.array("<i8", "(1, 2, 2)", NumpyBytes.longs(0, 1, 2, 0)));
  private static final Map<String, List<String>> SEAT =
      Map.of("rank", List.of("1"), "world", List.of("2"));

  @Test
  void aTableIsAStatement() {
    StartMessage message =
        read(
            Map.of(
                "rank", List.of("1"),
                "world", List.of("2"),
                "nodes", List.of("2"),
                "groups", List.of("3"),
                "deadline_ms", List.of("9")),
            TABLE);
    StartUpStatement statement = message.statement();
    assertEquals("g", message.group());
    assertEquals(1, statement.rank());
    assertEquals(2, statement.worldSize());
    assertEquals(EpTopology.of(3, 2, 2, 3, 2), statement.topology());
    assertEquals(2, statement.table().orElseThrow().expertAt(0, 1, 0));
    assertEquals(Duration.ofMillis(9), message.deadline());
    assertEquals(Duration.ofSeconds(30), read(SEAT, TABLE).deadline());
  }

  @Test
  void aTableOfTwoDimensionsNeedsItsRanks() {
    byte[] flat = Bodies.json("{\"current\": [[0, 1, 1, 0]], \"ranks\": 2, \"experts\": 2}");
    assertEquals(EpTopology.of(2, 2, 1, 1, 2), read(SEAT, flat).statement().topology());
    refuse(SEAT, Bodies.json("{\"current\": [[0, 1]]}"), "ranks is missing; give it");
    refuse(
        SEAT,
        Bodies.json("{\"current\": [[0, 1, 1]], \"ranks\": 2}"),
        "2 ranks do not divide 3 slots; every rank has equally many");
  }

  @Test
  void digestsOfLayersStandForTheTable() throws NoSuchAlgorithmException {
    // As a client in any language computes them: four bytes each, little-endian.
    ByteBuffer layer = ByteBuffer.allocate(7 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : new int[] {3, 2, 2, 0, 1, 2, 0}) {
      layer.putInt(number);
    }
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(layer.array()));
    StartUpStatement statement =
        read(
                SEAT,
                Bodies.json(
                    "{\"digests\": [\"%s\"], \"experts\": 3, \"ranks\": 2, \"slots\": 4}"
                        .formatted(digest)))
            .statement();
    TableDigest expected = read(SEAT, TABLE).statement().digest();
    assertEquals(expected, statement.digest());
    assertEquals(Optional.empty(), statement.table());
    assertEquals(EpTopology.of(3, 2, 1, 1, 2), statement.topology());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                     | the body has neither current nor digests; give one of them
          {"current": [[[0]]], "digests": []}    | the body has both current and digests; give one of them
          {"digests": []}                        | ranks is missing; give it
          {"digests": [], "ranks": 1, "experts": 1, "slots": 1} | digests has 0 layers; expected 1 to 65536
          {"digests": ["0"], "ranks": 1, "experts": 1, "slots": 1} | digests: that of layer 0 is "0"; expected 64 hexadecimal digits in lower case
          {"digests": [1]}                       | body: /digests/0 is 1; expected a digest of 64 hexadecimal digits
          {"digests": 1}                         | body: /digests is 1; expected an array of digests
          {"load": [[1]]}                        | body: the top level has the key "load", which is unknown; the keys are current, digests, rank, world, ranks, nodes, groups, slots, experts, deadline_ms
          {"current": [[[0], [1]]], "ranks": 3}  | ranks is 3, but current has 2; leave it out, or give the same
          {"current": [[[0], [1]]], "slots": 3}  | slots is 3, but current has 2; leave it out, or give the same
          {"current": [[[0], [2]]]}              | I3: layer 0 has no slot for expert 1; every expert needs at least one slot in every layer
          {"current": [[[-1]]]}                  | I3: layer 0 has no slot for expert 0; every expert needs at least one slot in every layer
          {"current": [[[0]]], "rank": 0}        | rank is "1" in the query and "0" in the body; give it once
          """)
  void aWrongBodyIsRefused(String json, String expected) {
    refuse(SEAT, Bodies.json(json), expected);
  }

  @Test
  void wrongParametersAreRefused() {
    refuse(Map.of("rank", List.of("0")), TABLE, "world is missing; give it");
    refuse(Map.of("world", List.of("1")), TABLE, "rank is missing; give it");
    refuse(
        Map.of("rank", List.of("2"), "world", List.of("2")),
        TABLE,
        "rank is 2; it must be between 0 and 1");
    refuse(
        Map.of("round", List.of("2")),
        TABLE,
        "the parameter \"round\" is unknown; the parameters are rank, world, ranks, nodes, groups, slots, experts, deadline_ms");
    refuse(
        Map.of("rank", List.of("0", "0")),
        TABLE,
        "the parameter \"rank\" has 2 values; give it once");
    refuse(
        SEAT,
        Bodies.archive("load", Bodies.LOAD),
        "body: holds \"load.npy\", which is unknown; the arrays are current");
  }

  private static StartMessage read(Map<String, List<String>> query, byte[] body) {
    return StartMessage.read("g", query, null, body);
  }

  private static void refuse(Map<String, List<String>> query, byte[] body, String expected) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> read(query, body));
    assertEquals(expected, refusal.getMessage());
  }
}
