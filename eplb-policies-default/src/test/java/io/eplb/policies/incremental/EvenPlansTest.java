package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Plans for an even split are those of the versions that knew no other dispatch, to the slot. */
class EvenPlansTest {
  private static final Recording TRACE = Recording.glm52Mixed();

  private final IncrementalPolicy policy = new IncrementalPolicy();

  @Test
  void plansOnEqualRanksAreUnchanged() {
    EpTopology topology = EpTopology.withRedundantExperts(256, 32, 1, 1, 32);

    assertEquals(5675196611824894166L, digest(topology, EpRanks.nominal(topology)));
  }

  @Test
  void plansOnNodesWithASlowRankAreUnchanged() {
    EpTopology topology = EpTopology.withRedundantExperts(256, 64, 4, 8, 64);
    EpRanks ranks = EpRanks.builder(topology).speed(7, 0.5).build();

    assertEquals(6425001595428976050L, digest(topology, ranks));
  }

  /** Replays the recording and mixes the slots of every plan. */
  private long digest(EpTopology topology, EpRanks ranks) {
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .ranks(ranks)
            .build();
    ExpertTable table = ExpertTable.initial(TRACE.layers(), topology);
    int[] row = new int[topology.physicalExperts()];
    long digest = 0;
    for (int w = 0; w + 1 < TRACE.windows(); w++) {
      ExpertWorkload workload =
          ExpertWorkload.ofExpertLoads(table, w + 1, TRACE.movingAverage(w, Replay.ALPHA));
      Placement next = policy.rebalanceExperts(table, workload, context).newPlacement();
      for (int layer = 0; layer < next.layers(); layer++) {
        next.copyLayer(layer, row, 0);
        digest = 1_000_003 * digest + Arrays.hashCode(row);
      }
      table = ExpertTable.of(w + 1, topology.experts(), next);
    }
    return digest;
  }
}
