package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordEntry.State;
import io.eplb.core.record.SwitchName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordContentTest {
  private static final String PATH = "/eplb/record";
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final TableShape SHAPE = new TableShape(58, 256, 32, 9);

  private final RecordContent content =
      new RecordContent(
          new RecordEntry(
              3, 8, 5_120, DIGEST, State.SETTLED, new SwitchName(3, 1), true, List.of(4, 17)),
          SHAPE,
          false);

  @Test
  void theTextIsReadableAndComesBack() {
    byte[] bytes = content.toBytes();

    assertEquals(
        "{\"format\":1,\"epoch\":3,\"version\":8,\"fence\":5120,\"digest\":\""
            + DIGEST
            + "\",\"state\":\"SETTLED\",\"switchEpoch\":3,\"switchNumber\":1,\"committed\":true,"
            + "\"switchLayers\":[4,17],\"layers\":58,\"experts\":256,\"ranks\":32,"
            + "\"slotsPerRank\":9}",
        new String(bytes, StandardCharsets.UTF_8));
    assertEquals(content, RecordContent.fromBytes(PATH, bytes));
  }

  @Test
  void aRecordInCreationComesBack() {
    RecordContent creating = new RecordContent(RecordEntry.first(0, DIGEST), SHAPE, true);

    assertEquals(creating, RecordContent.fromBytes(PATH, creating.toBytes()));
  }

  @Test
  void theLargestEntryTakesLessThanOneKilobyte() {
    List<Integer> layers =
        IntStream.rangeClosed(
                EpTopology.MAX_LAYERS - RecordEntry.MAX_LAYERS, EpTopology.MAX_LAYERS - 1)
            .boxed()
            .toList();
    RecordEntry entry =
        new RecordEntry(
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            DIGEST,
            State.PROPOSED,
            new SwitchName(Long.MAX_VALUE, Long.MAX_VALUE),
            false,
            layers);
    TableShape shape = new TableShape(EpTopology.MAX_LAYERS, 65_536, 65_536, 256);

    byte[] bytes = new RecordContent(entry, shape, false).toBytes();

    assertTrue(bytes.length < 1_024, bytes.length + " bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"format\":1}",
        "{\"format\":2,",
        "not json",
        "{\"format\":1,\"format\":1}",
      })
  void anotherContentIsRefusedByName(String text) {
    refused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"version\":8 → \"version\":-8",
        "\"version\":8 → \"version\":8.5",
        "\"version\":8 → \"version\":99999999999999999999",
        "\"version\":8 → \"version\":\"8\"",
        "\"version\":8 → \"version\":8,\"other\":1",
        "\"version\":8 → \"version\":8,\"version\":8",
        "\"version\":8, → ",
        "SETTLED → UNHEARD",
        "true → 1",
        "[4,17] → [17,4]",
        "[4,17] → [4,[17]]",
        "[4,17] → [4,null]",
        "[4,17] → {}",
        "\"switchNumber\":1 → \"switchNumber\":0",
        "0123456789abcdef → 0123456789ABCDEF",
        "\"experts\":256 → \"experts\":0",
        "\"experts\":256 → \"experts\":4294967552",
        "\"ranks\":32 → \"ranks\":1",
        "} → }{}",
      })
  void aDamagedContentIsRefusedByName(String replacement) {
    String[] parts = replacement.split(" → ", -1);
    String text = new String(content.toBytes(), StandardCharsets.UTF_8);
    assertTrue(text.contains(parts[0]), parts[0]);
    refused(text.replace(parts[0], parts[1]));
  }

  @Property(tries = 3_000)
  void damagedBytesAreReadOrRefused(
      @ForAll @IntRange(min = 0, max = 400) int at, @ForAll byte value, @ForAll boolean cut) {
    byte[] bytes = content.toBytes();
    bytes[at % bytes.length] = value;
    byte[] damaged = cut ? Arrays.copyOf(bytes, at % bytes.length) : bytes;
    try {
      RecordContent.fromBytes(PATH, damaged);
    } catch (InvalidInputException refused) {
      assertTrue(message(refused).startsWith(PATH + " is no record of EPLB: "));
    }
  }

  private static void refused(String text) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> RecordContent.fromBytes(PATH, text.getBytes(StandardCharsets.UTF_8)),
            text);
    assertTrue(message(refused).startsWith(PATH + " is no record of EPLB: "), message(refused));
  }
}
