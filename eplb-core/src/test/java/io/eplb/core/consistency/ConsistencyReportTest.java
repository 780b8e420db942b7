package io.eplb.core.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsistencyReportTest {
  private static final EpTopology TOPOLOGY = new EpTopology(4, 2, 1, 1, 3);
  private static final ExpertTable TABLE = ExpertTable.initial(3, TOPOLOGY);

  @Test
  void equalTablesAreOneWhateverTheirVersion() {
    ConsistencyReport report = report(TABLE, ExpertTable.of(7, TABLE.experts(), TABLE.placement()));
    assertTrue(report.consistent());
    assertEquals(List.of("a", "b"), report.byTable().get(0).names());
  }

  @Test
  void theMajorityIsNamedFirstAndTheLayersThatDifferFromIt() {
    ExpertTable other = changed(1);
    ConsistencyReport report = report(other, TABLE, TABLE);
    assertFalse(report.consistent());
    TableHolders majority = report.majority().orElseThrow();
    assertEquals(List.of("b", "c"), majority.names());
    assertEquals(List.of(1), report.byTable().get(1).layersUnlike(majority));
  }

  @Test
  void withoutAMajorityEveryTableIsListedInItsOrder() {
    ConsistencyReport report = report(changed(0), TABLE, changed(2));
    assertTrue(report.majority().isEmpty());
    assertEquals(
        List.of(List.of("a"), List.of("b"), List.of("c")),
        report.byTable().stream().map(TableHolders::names).toList());
    assertTrue(report(TABLE, changed(0)).majority().isEmpty(), "a half is no majority");
  }

  @Test
  void anotherShapeWithTheSameRowsIsAnotherTable() {
    ExpertTable oneRank = ExpertTable.of(0, 4, Placement.of(1, 1, 6, new int[] {0, 1, 2, 3, 0, 1}));
    ExpertTable twoRanks =
        ExpertTable.of(0, 4, Placement.of(1, 2, 3, new int[] {0, 1, 2, 3, 0, 1}));
    ConsistencyReport report = report(oneRank, twoRanks);
    assertEquals(2, report.byTable().size());
    assertFalse(report.byTable().get(0).shapedLike(report.byTable().get(1)));
    assertEquals(List.of(), report.byTable().get(0).layersUnlike(report.byTable().get(1)));
    assertNotEquals(TableDigest.of(oneRank).layer(0), TableDigest.of(twoRanks).layer(0));
  }

  @Test
  void aDigestSurvivesBeingSentAndNothingElsePassesForOne() {
    TableDigest digest = TableDigest.of(TABLE);
    byte[] bytes = digest.toBytes();
    assertEquals(digest, TableDigest.fromBytes(bytes));
    for (int length : new int[] {0, 3, 10, bytes.length - 1}) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(InvalidInputException.class, () -> TableDigest.fromBytes(cut));
    }
    byte[] oneLayerLess = Arrays.copyOf(bytes, bytes.length - 32);
    assertThrows(InvalidInputException.class, () -> TableDigest.fromBytes(oneLayerLess));
    byte[] oneLayerMore = Arrays.copyOf(bytes, bytes.length + 32);
    assertThrows(InvalidInputException.class, () -> TableDigest.fromBytes(oneLayerMore));
    bytes[0] = -1;
    assertThrows(InvalidInputException.class, () -> TableDigest.fromBytes(bytes));
  }

  @Test
  void nothingToCompareIsRefused() {
    assertThrows(InvalidInputException.class, () -> ConsistencyReport.of(Map.of()));
    assertThrows(InvalidInputException.class, () -> TableDigest.of(TABLE).layer(3));
    assertThrows(InvalidInputException.class, () -> TableDigest.of(TABLE).layer(-1));
  }

  private static ExpertTable changed(int layer) {
    return ExpertTable.of(0, TABLE.experts(), Placement.builder(TABLE).set(layer, 1, 1, 1).build());
  }

  private static ConsistencyReport report(ExpertTable... tables) {
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    for (ExpertTable table : tables) {
      digests.put(String.valueOf((char) ('a' + digests.size())), TableDigest.of(table));
    }
    return ConsistencyReport.of(digests);
  }
}
