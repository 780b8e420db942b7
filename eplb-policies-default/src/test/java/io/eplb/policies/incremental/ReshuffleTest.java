package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.policies.deepseek.DefaultPolicy;
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

    reshuffle().copyAligned(0, turned, 2, 8, row);

    assertArrayEquals(turned, row);
  }

  @Test
  void renumberingLeavesThePeakAsItIs() {
    int[] current = new int[8];
    table.copyLayer(0, current, 0);
    int[] row = new int[8];

    reshuffle().copyAligned(0, current, 2, 8, row);

    assertEquals(
        LayerBalance.of(reshuffled(), loads, 4).peakToAverage(),
        LayerBalance.of(row, loads, 4).peakToAverage(),
        1e-12);
  }

  private Reshuffle reshuffle() {
    return Reshuffle.of(table, workload, PolicyContext.builder(topology).build());
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
