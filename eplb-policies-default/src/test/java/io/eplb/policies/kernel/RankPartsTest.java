package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankPartsTest {
  /** Four nodes of 72 slots; two groups of 32 experts each. */
  private static final EpTopology V3 = EpTopology.of(256, 32, 4, 8, 9);

  /** The nodes of each part, as the first rank of each node that it has. */
  private static List<List<Integer>> nodes(RankParts division) {
    return IntStream.range(0, division.size())
        .mapToObj(division::part)
        .map(part -> Arrays.stream(part.ranks).map(V3::nodeOf).distinct().boxed().toList())
        .toList();
  }

  @Test
  void slowRanksLeaveEveryNodeAPartOfItsOwn() {
    EpRanks ranks = EpRanks.builder(V3).speed(3, 0.5).build();
    RankParts division = RankParts.ofNodes(V3, ranks);
    assertEquals(List.of(List.of(0), List.of(1), List.of(2), List.of(3)), nodes(division));
    assertEquals(7.5, division.part(0).speed);
  }

  @Test
  void aNodeThatLacksOneSlotSharesTheGroupsOfAnother() {
    EpRanks ranks = EpRanks.builder(V3).usableSlots(3, 0).build();
    assertEquals(
        List.of(List.of(0, 1), List.of(2), List.of(3)), nodes(RankParts.ofNodes(V3, ranks)));
    assertEquals(1, RankParts.of(V3, ranks).size(), "default places globally then");
  }

  @Test
  void twoNodesThatLackSlotsFindAPartnerEach() {
    EpRanks ranks = EpRanks.builder(V3).usableSlots(3, 0).usableSlots(11, 0).build();
    assertEquals(List.of(List.of(0, 2), List.of(1, 3)), nodes(RankParts.ofNodes(V3, ranks)));
  }

  @Test
  void aDeadNodeLeavesItsGroupsToTheOthersWhereTheyHaveRoom() {
    EpTopology roomy = EpTopology.of(64, 8, 4, 8, 12);
    EpRanks ranks = EpRanks.builder(roomy).usableSlots(2, 0).usableSlots(3, 0).build();
    RankParts division = RankParts.ofNodes(roomy, ranks);
    assertEquals(3, division.size());
    assertArrayEquals(new int[] {4, 5}, division.part(1).ranks);
    for (int part = 0; part < 3; part++) {
      assertEquals(3, division.part(part).mostGroups);
      assertEquals(
          2,
          division.part(part).fewestGroups,
          "a rank with 12 slots needs 12 experts, 8 in a group");
    }
  }

  @Test
  void whatOneNodeCannotHoldTheWholeMay() {
    EpTopology tight = EpTopology.of(8, 4, 2, 2, 3);
    EpRanks ranks = EpRanks.builder(tight).usableSlots(0, 0).build();
    RankParts division = RankParts.ofNodes(tight, ranks);
    assertEquals(1, division.size());
    assertEquals(9, division.part(0).usableSlots);
    assertTrue(division.part(0).mostGroups >= 2);
  }
}
