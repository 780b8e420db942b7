package io.eplb.policies.incremental.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HomeNodesTest {
  private static final int HOMELESS = -1;

  /** Two nodes of two ranks with four slots, and four groups of two experts. */
  private final EpTopology topology = EpTopology.of(8, 4, 2, 4, 4);

  @Test
  void aGroupIsAtHomeWhereItHasMostReplicas() {
    int[] row = {0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7};

    assertArrayEquals(new int[] {0, 0, 1, 1}, homes(EpRanks.nominal(topology), row));
  }

  @Test
  void ofEqualNodesTheLowestIsTheHome() {
    int[] row = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};

    assertArrayEquals(new int[] {0, 0, 0, 0}, homes(EpRanks.nominal(topology), row));
  }

  @Test
  void groupsWithoutRoomOnTheirNodeHaveNoHome() {
    // Node 0 has three slots left: room for one group of the three with a majority there.
    EpRanks lost = EpRanks.builder(topology).usableSlots(0, 0).usableSlots(1, 3).build();
    int[] row = {0, 1, 2, 4, 5, 6, 7, 3, 4, 6, 5};

    assertArrayEquals(new int[] {0, HOMELESS, 1, 1}, homes(lost, row));
  }

  @Test
  void aDeadNodeIsNoHome() {
    EpRanks lost = EpRanks.builder(topology).usableSlots(0, 0).usableSlots(1, 0).build();
    int[] row = {0, 1, 2, 3, 4, 5, 6, 7};

    assertArrayEquals(new int[] {1, 1, 1, 1}, homes(lost, row));
  }

  /** Returns the home of each group: the node to which it moves without a surcharge. */
  private int[] homes(EpRanks ranks, int[] row) {
    LivingRanks living = new LivingRanks(topology, ranks);
    HomeNodes homes = new HomeNodes(living, 1.0);
    homes.locate(row);
    return IntStream.range(0, 4)
        .map(
            group -> {
              int[] free =
                  IntStream.range(0, living.ranks())
                      .filter(rank -> homes.surcharge(rank, 2 * group) == 0.0)
                      .map(living::node)
                      .distinct()
                      .toArray();
              return free.length == 1 ? free[0] : HOMELESS;
            })
        .toArray();
  }
}
