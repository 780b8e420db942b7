package io.eplb.core.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MapComparisonTest {
  private static final int[] ROW = {0, 1, 2, 3, 0, 4};
  private static final int[] OTHER = {0, 1, 2, 3, 1, 4};

  private final Map<String, ExpertTable> maps = new LinkedHashMap<>();

  @Test
  void equalMapsAreTheSame() {
    maps.put("a", table(1, 5, ROW));
    maps.put("b", table(1, 5, ROW));
    assertTrue(new MapComparison(maps).same());
  }

  @Test
  void aMapThatDiffersFromTheMajorityIsNamedWithTheFirstSlot() {
    maps.put("a", table(1, 5, OTHER));
    maps.put("b", table(1, 5, ROW));
    maps.put("c", table(1, 5, ROW));
    MapComparison comparison = new MapComparison(maps);
    assertFalse(comparison.same());
    assertEquals(
        List.of(
            "b, c agree",
            "a differs in layer 0; first at layer 0, rank 2, slot 0: expert 1, not 0"),
        comparison.lines());
    assertEquals("1 of 3 differ from the majority", comparison.summary());
  }

  @Test
  void ofManyLayersThatDifferTheFirstTenAreNamed() {
    maps.put("a", table(12, 5, ROW));
    maps.put("b", table(12, 5, ROW));
    maps.put("c", table(12, 5, OTHER));
    maps.put("d", table(12, 5, OTHER));
    MapComparison comparison = new MapComparison(maps);
    assertEquals(
        "c, d differ in layers 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more;"
            + " first at layer 0, rank 2, slot 0: expert 1, not 0",
        comparison.lines().get(1));
    assertEquals("they form 2 camps without a majority", comparison.summary());
  }

  @Test
  void ranksThatAreDeadInOneMapAloneAreNamed() {
    maps.put("a", table(1, 4, new int[] {0, 1, -1, -1, 2, 3}));
    maps.put("b", table(1, 4, new int[] {0, 1, 2, 3, -1, -1}));
    maps.put("c", table(1, 4, new int[] {0, 1, 2, 3, 2, -1}));
    MapComparison comparison = new MapComparison(maps);
    assertEquals(
        List.of(
            "a stands alone",
            "b differs in layer 0; only here dead: rank 2; only there dead: rank 1;"
                + " first at layer 0, rank 1, slot 0: expert 2, not none",
            "c differs in layer 0; only there dead: rank 1; rank 2 can use 1 slot, not 2;"
                + " first at layer 0, rank 1, slot 0: expert 2, not none"),
        comparison.lines());
  }

  @Test
  void aSlotWithoutAnExpertIsNamedAsTheFirstDifference() {
    maps.put("a", table(1, 4, new int[] {0, 1, 2, 3, -1, -1}));
    maps.put("b", table(1, 4, new int[] {0, 1, 2, 3, 1, 0}));
    assertEquals(
        "b differs in layer 0; only there dead: rank 2;"
            + " first at layer 0, rank 2, slot 0: expert 1, not none",
        new MapComparison(maps).lines().get(1));
  }

  @Test
  void mapsOfDifferentShapesAreToldApart() {
    maps.put("a", table(1, 5, ROW));
    maps.put("b", table(1, 6, new int[] {0, 1, 2, 3, 4, 5}));
    assertEquals(
        List.of(
            "a stands alone",
            "b differs: 1 layer × 6 experts on 3 ranks × 2 slots, not 1 layer × 5 experts on 3"
                + " ranks × 2 slots"),
        new MapComparison(maps).lines());
  }

  @Test
  void noMapAtAllIsRefused() {
    assertThrows(InvalidInputException.class, () -> new MapComparison(maps));
  }

  /** Each layer has the same row, on three ranks. */
  private static ExpertTable table(int layers, int experts, int[] row) {
    Placement.Builder rows = Placement.builder(layers, 3, row.length / 3);
    for (int layer = 0; layer < layers; layer++) {
      rows.setLayer(layer, row, 0);
    }
    return ExpertTable.of(0, experts, rows.build());
  }
}
