package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class RebalanceTest {
  private static final ExpertTable TABLE = ExpertTable.initial(3, EpTopology.of(2, 2, 1, 1, 1));

  @Test
  void doesNotShareItsPriorityWithAnyone() {
    int[] priority = {2, 0};
    Rebalance rebalance = Rebalance.of(true, priority, TABLE.placement());
    priority[0] = 1;
    rebalance.layerPriority()[1] = 1;

    assertArrayEquals(new int[] {2, 0}, rebalance.layerPriority());
  }

  @Test
  void keepsEverythingWhenUnchanged() {
    Rebalance rebalance = Rebalance.unchanged(TABLE);

    assertFalse(rebalance.changed());
    assertEquals(0, rebalance.layerPriority().length);
    assertSame(TABLE.placement(), rebalance.newPlacement());
  }

  @Test
  void equalsByContent() {
    Rebalance rebalance = Rebalance.of(true, new int[] {1}, TABLE.placement());

    assertEquals(rebalance, Rebalance.of(true, new int[] {1}, TABLE.placement()));
    assertEquals(
        rebalance.hashCode(), Rebalance.of(true, new int[] {1}, TABLE.placement()).hashCode());
    assertNotEquals(rebalance, Rebalance.of(false, new int[] {1}, TABLE.placement()));
    assertNotEquals(rebalance, Rebalance.of(true, new int[] {2}, TABLE.placement()));
  }

  @Test
  void refusesLayersThatDoNotExistOrRepeat() {
    Placement placement = TABLE.placement();

    Refusal.says(() -> Rebalance.of(true, new int[] {3}, placement), "layer 3 does not exist");
    Refusal.says(() -> Rebalance.of(true, new int[] {-1}, placement), "layer -1 does not exist");
    Refusal.says(() -> Rebalance.of(true, new int[] {1, 1}, placement), "layer 1 twice");
    Refusal.says(() -> Rebalance.of(true, Refusal.nothing(), placement), "priority is null");
    Refusal.says(() -> Rebalance.of(true, new int[0], Refusal.nothing()), "placement is null");
    Refusal.says(() -> Rebalance.unchanged(Refusal.nothing()), "current table is null");
  }
}
