package io.eplb.api.wording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WordingTest {
  @Test
  void oneThingHasNoPlural() {
    assertEquals("1 layer", Counted.of(1, "layer"));
    assertEquals("1 layer", Counted.grouped(1, "layer"));
    assertEquals("0 layers", Counted.of(0, "layer"));
    assertEquals("2 layers", Counted.of(2, "layer"));
  }

  @Test
  void onlyNumbersForPeopleHaveGroups() {
    assertEquals("2000 layers", Counted.of(2_000, "layer"));
    assertEquals("2,000 layers", Counted.grouped(2_000, "layer"));
  }

  @Test
  void everyDimensionOfAShapeIsCountedByItself() {
    assertEquals("1 layer × 2 ranks × 1 slot", Shape.placement(1, 2, 1));
    assertEquals("2 layers × 1 rank × 2 slots", Shape.placement(2, 1, 2));
    assertEquals("1 layer × 1 expert", Shape.loads(1, 1));
    assertEquals("2 layers × 1 expert on 1 rank × 1 slot", Shape.table(2, 1, 1, 1));
    assertEquals("1 expert on 1 rank × 2 slots", Shape.layer(1, 1, 2));
  }
}
