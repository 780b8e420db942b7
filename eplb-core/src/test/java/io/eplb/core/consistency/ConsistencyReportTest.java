package io.eplb.core.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 3);
  private static final ExpertTable TABLE = ExpertTable.initial(3, TOPOLOGY);

  @Test
  void equalTablesOfDifferentVersionsAreOne() {
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
    assertEquals(List.of(1), report.byTable().get(1).digest().layersUnlike(majority.digest()));
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
    assertFalse(report.byTable().get(0).digest().shapedLike(report.byTable().get(1).digest()));
    assertEquals(
        List.of(), report.byTable().get(0).digest().layersUnlike(report.byTable().get(1).digest()));
    byte[] one = TableDigest.of(oneRank).toBytes();
    byte[] two = TableDigest.of(twoRanks).toBytes();
    assertFalse(Arrays.equals(one, 16, one.length, two, 16, two.length), "digests beside shapes");
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
