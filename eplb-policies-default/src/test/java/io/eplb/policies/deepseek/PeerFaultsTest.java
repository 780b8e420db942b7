package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerRunner;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of faults that users of other balancers report. */
class PeerFaultsTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(256, 32, 1, 1, 9);

  @Test
  void deepSeek22ReplicasOfOneExpertShareNoRank() {
    double[] loads = RandomLoads.HOT.draw(8, 256, 22L);
    Planned reference = Planned.exactly(new DefaultPolicy(), TOPOLOGY, loads);
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    int before = 0;
    for (int layer = 0; layer < 8; layer++) {
      before += reference.duplicates(layer);
      assertEquals(0, planned.duplicates(layer));
    }
    assertTrue(before > 0, "the reference has duplicates here, or this shows nothing");
  }

  @Test
  void deepSeek8TiesAreBrokenTheSameWayEverywhere() {
    double[] loads = RandomLoads.TIED.draw(8, 256, 8L);
    Planned first = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    try (TwoThreadRunner runner = new TwoThreadRunner()) {
      Planned second = Planned.by(new DefaultPolicy(), TOPOLOGY, loads, Map.of(), runner);
      assertEquals(first.answer.newPlacement(), second.answer.newPlacement());
    }
    double[] equal = new double[256];
    Arrays.fill(equal, 50.0);
    Planned planned =
        Planned.by(new DefaultPolicy(), TOPOLOGY, equal, Map.of(), LayerRunner.sequential());
    for (int expert = 0; expert < 256; expert++) {
      assertEquals(expert < 32 ? 2 : 1, planned.table().replicaCount(0, expert));
    }
  }

  @Test
  void oneNanAttractsNoSpareSlotsBecauseItCannotEnter() {
    double[] loads = RandomLoads.MILD.draw(1, 256, 1L);
    loads[77] = Double.NaN;
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class, () -> Planned.by(new DefaultPolicy(), TOPOLOGY, loads));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("expert 77"), message);
  }

  @Test
  void allZeroLoadDoesNotGiveEverySpareToExpertZero() {
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, new double[256]);
    assertFalse(planned.answer.changed());
    assertArrayEquals(new int[0], planned.answer.layerPriority());
    assertEquals(2, planned.table().replicaCount(0, 0));
  }
}
