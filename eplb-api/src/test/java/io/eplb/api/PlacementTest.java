package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void readsSlotsByLayerRankAndSlot() {
    Placement placement = Placement.of(2, 2, 2, new int[] {0, 1, 2, 3, 4, 5, 6, 7});

    assertEquals(6, placement.expertAt(1, 1, 0));
    assertEquals(4, placement.physicalExperts());
    int[] row = new int[5];
    placement.copyLayer(1, row, 1);
    assertArrayEquals(new int[] {0, 4, 5, 6, 7}, row);
  }

  @Test
  void doesNotShareTheArrayItWasMadeFrom() {
    int[] row = {0, 1};
    Placement placement = Placement.of(1, 1, 2, row);
    Placement built = Placement.builder(1, 1, 2).setLayer(0, row, 0).build();
    row[0] = 9;

    assertEquals(0, placement.expertAt(0, 0, 0));
    assertEquals(0, built.expertAt(0, 0, 0));
  }

  @Test
  void startsUnassignedAndKeepsWhatIsNotSet() {
    Placement placement = Placement.builder(1, 1, 2).set(0, 0, 1, 7).build();

    assertEquals(-1, placement.expertAt(0, 0, 0));
    assertEquals(7, placement.expertAt(0, 0, 1));
  }

  @Test
  void startsFromATableWithItsReplicaOrder() {
    Placement first =
        Placement.builder(1, 2, 1)
            .setLayer(0, new int[] {0, 0}, 0)
            .setReplicaOrder(0, new int[] {1, 0}, 0)
            .build();
    ExpertTable table = ExpertTable.of(0, 1, first);
    Placement.Builder builder = Placement.builder(table);
    builder.setReplicaOrder(0, new int[] {5, 6}, 0).set(0, 0, 0, 3);

    assertEquals(0, table.expertAt(0, 0, 0));
    assertEquals(1, table.physicalSlot(0, 0, 0));
    Placement second = builder.build();
    int[] order = new int[2];
    second.copyReplicaOrder(0, order, 0);
    assertArrayEquals(new int[] {5, 6}, order);
    assertEquals(first, table.placement());
  }

  @Test
  void neverChangesOnceBuilt() {
    Placement.Builder builder = Placement.builder(1, 1, 2).setReplicaOrder(0, new int[] {4, 5}, 0);
    Placement placement = builder.build();

    Refusal.says(() -> builder.set(0, 0, 0, 1), "has been built", "another builder");
    Refusal.says(() -> builder.setLayer(0, new int[2], 0), "has been built");
    Refusal.says(() -> builder.setReplicaOrder(0, new int[2], 0), "has been built");
    Refusal.says(builder::build, "has been built");
    int[] order = new int[2];
    placement.copyReplicaOrder(0, order, 0);
    assertArrayEquals(new int[] {4, 5}, order);
  }

  @Test
  void knowsWhetherAReplicaOrderWasSet() {
    Placement without = Placement.of(1, 1, 2, new int[2]);
    int[] order = {8, 8};
    without.copyReplicaOrder(0, order, 0);

    assertFalse(without.hasReplicaOrder());
    assertArrayEquals(new int[2], order);
    assertTrue(
        Placement.builder(1, 1, 1).setReplicaOrder(0, new int[1], 0).build().hasReplicaOrder());
  }

  @Test
  void equalsByShapeAndContent() {
    Placement placement = Placement.of(1, 2, 3, new int[6]);

    assertEquals(placement, Placement.of(1, 2, 3, new int[6]));
    assertEquals(placement.hashCode(), Placement.of(1, 2, 3, new int[6]).hashCode());
    assertNotEquals(placement, Placement.of(1, 3, 2, new int[6]));
    assertNotEquals(placement, Placement.of(1, 2, 3, new int[] {0, 0, 0, 0, 0, 1}));
  }

  @Test
  void refusesImpossibleShapes() {
    Refusal.says(() -> Placement.of(1, 2, 2, new int[3]), "has 3 elements", "need 4");
    Refusal.says(() -> Placement.of(0, 2, 2, new int[0]), "layers is 0");
    Refusal.says(() -> Placement.of(1, 0, 2, new int[0]), "ranks is 0");
    Refusal.says(() -> Placement.of(1, 1, -1, new int[0]), "slots per rank is -1");
    Refusal.says(() -> Placement.of(1, 1, 1, Refusal.nothing()), "physicalToLogical is null");
    Refusal.says(() -> Placement.builder(65_536, 65_536, 65_536), "more than 2147483639 elements");
    Refusal.says(() -> Placement.builder(Refusal.nothing()), "table is null");
  }

  @Test
  void refusesPlacesAndArraysThatDoNotFit() {
    Placement placement = Placement.of(1, 2, 3, new int[6]);
    Placement.Builder builder = Placement.builder(1, 2, 3);

    Refusal.says(() -> placement.expertAt(1, 0, 0), "layer 1 does not exist", "0 to 0");
    Refusal.says(() -> placement.expertAt(0, 2, 0), "rank 2 does not exist", "0 to 1");
    Refusal.says(() -> placement.expertAt(0, 0, -1), "slot -1 does not exist", "0 to 2");
    Refusal.says(() -> placement.copyLayer(0, new int[6], 1), "6 elements from offset 1", "has 6");
    Refusal.says(() -> placement.copyLayer(0, new int[6], -1), "offset -1");
    Refusal.says(() -> placement.copyLayer(0, new int[6], Integer.MAX_VALUE), "offset");
    Refusal.says(() -> placement.copyLayer(0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> placement.copyReplicaOrder(0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> builder.set(0, 0, 3, 1), "slot 3 does not exist");
    Refusal.says(() -> builder.setLayer(0, new int[5], 0), "the array has 5");
    Refusal.says(() -> builder.setLayer(0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> builder.setReplicaOrder(0, Refusal.nothing(), 0), "is null");
  }
}
