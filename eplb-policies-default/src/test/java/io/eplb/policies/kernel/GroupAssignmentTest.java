package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GroupAssignmentTest {
  /** Two nodes of one rank, four groups of one expert. */
  private static final EpTopology PAIR = EpTopology.of(4, 2, 2, 4, 3);

  private static GroupAssignment assigned(EpTopology topology, EpRanks ranks, double... loads) {
    GroupAssignment assignment = new GroupAssignment(RankParts.ofNodes(topology, ranks));
    assignment.assign(loads);
    return assignment;
  }

  @Test
  void aNodeAtHalfSpeedGetsAboutHalfTheLoad() {
    EpRanks ranks = EpRanks.builder(PAIR).speed(0, 0.5).build();
    GroupAssignment assignment = assigned(PAIR, ranks, 6, 2, 4, 2);
    assertArrayEquals(new int[] {1, 1, 0, 1}, assignment.partOf);
    assertEquals(8.0, assignment.heat(0));
    assertEquals(10.0, assignment.heat(1));
  }

  /** Heaviest first makes 5 + 3 + 2 and 4 + 4; an exchange makes 9 and 9. */
  @Test
  void anExchangeLevelsWhatHeaviestFirstLeaves() {
    EpTopology nodes = EpTopology.of(6, 2, 2, 6, 4);
    EpRanks ranks = EpRanks.builder(nodes).speed(0, 1.5).speed(1, 1.5).build();
    GroupAssignment assignment = assigned(nodes, ranks, 5, 4, 4, 3, 2, 0);
    assertEquals(6.0, Math.max(assignment.heat(0), assignment.heat(1)));
  }

  @Property
  void everyPartGetsAsManyGroupsAsItMayHave(@ForAll long seed) {
    Random random = new Random(seed);
    int nodes = 1 + random.nextInt(5);
    int groups = nodes * (1 + random.nextInt(4));
    int ranksPerNode = 1 + random.nextInt(3);
    int size = 1 + random.nextInt(4);
    int least = (groups * size + nodes * ranksPerNode - 1) / (nodes * ranksPerNode);
    EpTopology topology =
        EpTopology.of(
            groups * size, nodes * ranksPerNode, nodes, groups, least + random.nextInt(4));
    EpRanks.Builder builder = EpRanks.builder(topology);
    int spare = topology.physicalExperts() - topology.experts();
    for (int rank = 0; rank < topology.ranks(); rank++) {
      int lost = Math.min(topology.slotsPerRank(), random.nextInt(spare + 1));
      builder.usableSlots(rank, topology.slotsPerRank() - lost).speed(rank, 1 + random.nextInt(4));
      spare -= lost;
    }
    RankParts division = RankParts.ofNodes(topology, builder.build());
    GroupAssignment assignment = new GroupAssignment(division);
    assignment.assign(random.doubles(topology.experts()).toArray());
    int[] sizes = new int[division.size()];
    for (int part : assignment.partOf) {
      sizes[part]++;
    }
    assertArrayEquals(sizes, assignment.sizes);
    for (int part = 0; part < sizes.length; part++) {
      assertTrue(sizes[part] >= division.part(part).fewestGroups);
      assertTrue(sizes[part] <= division.part(part).mostGroups);
    }
  }
}
