package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.policies.deepseek.DefaultPolicy;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReshuffleTest {
  private final EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 0);
  private final ExpertTable table = ExpertTable.initial(1, topology);
  private final double[] loads = {40, 30, 20, 11, 7, 5, 3, 2};
  private final ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);

  @Test
  void ranksAreRenumberedUntilAShuffledReshuffleIsTheCurrentTable() {
    int[] fresh = reshuffled();
    int[] turned = new int[fresh.length];
    for (int slot = 0; slot < fresh.length; slot++) {
      turned[slot] = fresh[(slot + 2) % fresh.length];
    }
    int[] row = new int[fresh.length];

    reshuffle().copyAligned(turned, row);

    assertArrayEquals(turned, row);
  }

  @Test
  void renumberingLeavesThePeakAsItIs() {
    int[] current = new int[8];
    table.copyLayer(0, current, 0);
    int[] row = new int[8];

    reshuffle().copyAligned(current, row);

    assertEquals(
        LayerBalance.of(reshuffled(), loads, 4).peakToAverage(),
        LayerBalance.of(row, loads, 4).peakToAverage(),
        1e-12);
  }

  @Test
  void itsPeakIsThatOfThePolicyDefault() {
    double mean = Arrays.stream(loads).sum() / 4;

    assertEquals(
        LayerBalance.of(reshuffled(), loads, 4).peakToAverage() * mean,
        reshuffle().peak(loads),
        1e-9);
  }

  @Test
  void anIdleLayerIsNotPlaced() {
    assertFalse(new Reshuffle(topology).place(new double[8]));
  }

  private Reshuffle reshuffle() {
    Reshuffle reshuffle = new Reshuffle(topology);
    assertTrue(reshuffle.place(loads));
    return reshuffle;
  }

  private int[] reshuffled() {
    DefaultPolicy policy = new DefaultPolicy();
    PolicyContext context = Replay.context(policy, topology, Map.of());
    Placement placement = policy.rebalanceExperts(table, workload, context).newPlacement();
    int[] row = new int[8];
    placement.copyLayer(0, row, 0);
    return row;
  }
}
