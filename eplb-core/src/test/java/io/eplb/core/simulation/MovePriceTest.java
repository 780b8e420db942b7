package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import org.junit.jupiter.api.Test;

class MovePriceTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);

  @Test
  void layersMoveOneAfterTheOther() {
    // 1 MB at 8 Gbit/s is a millisecond; in both layers two ranks exchange an expert.
    ExpertTable before = ExpertTable.initial(2, TOPOLOGY);
    ExpertTable after =
        ExpertTable.of(1, 4, Placement.of(2, 2, 2, new int[] {0, 2, 1, 3, 2, 1, 0, 3}));
    assertEquals(2_000, new MovePrice(1_000_000, 8).micros(before, after, TOPOLOGY), 1e-9);
    assertEquals(0, new MovePrice(1_000_000, 8).micros(before, before, TOPOLOGY));
  }

  @Test
  void sizesAndSpeedsOutOfRangeAreRefused() {
    assertThrows(InvalidInputException.class, () -> new MovePrice(0, 8));
    assertThrows(InvalidInputException.class, () -> new MovePrice(1, 0));
    assertThrows(InvalidInputException.class, () -> new MovePrice(1, Double.NaN));
    assertThrows(InvalidInputException.class, () -> new MovePrice(1, 1.0 / 0.0));
  }
}
