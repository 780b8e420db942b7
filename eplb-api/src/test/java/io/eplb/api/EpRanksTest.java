package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests of {@link EpRanks}. */
class EpRanksTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 4, 2, 1, 3);

  @Test
  void nominalRanksCanUseEverySlotAtSpeedOneWithTheirNodeAsFailureDomain() {
    EpRanks ranks = EpRanks.nominal(TOPOLOGY);
    assertTrue(ranks.nominal());
    assertTrue(ranks.allSlotsUsable());
    assertTrue(ranks.equalSpeeds());
    assertEquals(12, ranks.physicalUsable());
    assertEquals(4, ranks.livingRanks());
    assertEquals(4.0, ranks.totalSpeed());
    assertEquals(1, ranks.failureDomain(2));
    assertTrue(ranks.usable(3, 2));
  }

  @Test
  void deadRanksCountNeitherSlotsNorSpeed() {
    EpRanks ranks =
        EpRanks.builder(TOPOLOGY).usableSlots(1, 0).usableSlots(2, 2).speed(3, 0.5).build();
    assertFalse(ranks.living(1));
    assertFalse(ranks.usable(2, 2));
    assertTrue(ranks.usable(2, 1));
    assertEquals(8, ranks.physicalUsable());
    assertEquals(3, ranks.livingRanks());
    assertEquals(2.5, ranks.totalSpeed());
    assertFalse(ranks.equalSpeeds());
    assertFalse(ranks.nominal());
    assertTrue(ranks.toBuilder().speed(3, 1.0).build().equalSpeeds());
    assertFalse(ranks.toBuilder().speed(3, 1.0).build().nominal());
  }

  @Test
  void equalSpeedsOtherThanOneAreNotNominal() {
    EpRanks.Builder slow = EpRanks.builder(TOPOLOGY);
    for (int rank = 0; rank < 4; rank++) {
      slow.speed(rank, 0.5);
    }
    assertTrue(slow.build().equalSpeeds());
    assertFalse(slow.build().nominal());
  }

  @Test
  void aTableSaysWhichSlotsItsRanksCanUse() {
    ExpertTable table =
        ExpertTable.of(
            0, 6, Placement.of(1, 4, 3, new int[] {0, 1, 2, -1, -1, -1, 3, 4, -1, 5, 0, 1}));
    EpRanks ranks = EpRanks.of(TOPOLOGY, table);
    assertEquals(3, ranks.usableSlots(0));
    assertEquals(0, ranks.usableSlots(1));
    assertEquals(2, ranks.usableSlots(2));
    ranks.requireFits(table);
    Refusal.says(
        () -> EpRanks.nominal(TOPOLOGY).requireFits(table),
        "layer 0, rank 1, slot 0",
        "is EMPTY",
        "its first 3 slots");
    Refusal.says(
        () -> ranks.requireFits(ExpertTable.initial(1, TOPOLOGY)),
        "layer 0, rank 1, slot 0",
        "holds expert 3",
        "the rank is dead");
  }

  @Test
  void refusesATableWithGapsOrWithLayersThatDiffer() {
    ExpertTable gap =
        ExpertTable.of(
            0, 6, Placement.of(1, 4, 3, new int[] {0, -1, 2, 1, 0, 2, 3, 4, 1, 5, 0, 1}));
    Refusal.says(() -> EpRanks.of(TOPOLOGY, gap), "layer 0, rank 0, slot 2", "holds expert 2");
    ExpertTable differ =
        ExpertTable.of(
            0,
            6,
            Placement.of(
                2,
                4,
                3,
                new int[] {
                  0, 1, 2, -1, -1, -1, 3, 4, 1, 5, 0, 1, 0, 1, 2, 3, 4, 5, 3, 4, 1, 5, 0, 1
                }));
    Refusal.says(() -> EpRanks.of(TOPOLOGY, differ), "layer 1, rank 1, slot 0", "the rank is dead");
    Refusal.says(() -> EpRanks.of(EpTopology.of(6, 4, 1, 1, 2), gap), "I1", "4 ranks × 3 slots");
  }

  @Test
  void refusesValuesOutOfRange() {
    EpRanks.Builder builder = EpRanks.builder(TOPOLOGY);
    Refusal.says(() -> builder.usableSlots(4, 1), "rank 4");
    Refusal.says(() -> builder.usableSlots(0, 4), "usable slots of rank 0 is 4");
    Refusal.says(() -> builder.usableSlots(0, -1), "usable slots of rank 0 is -1");
    Refusal.says(() -> builder.speed(1, 0.0), "the speed of rank 1 is 0.0", "between 0.001");
    Refusal.says(() -> builder.speed(1, Double.NaN), "the speed of rank 1 is NaN");
    Refusal.says(() -> builder.speed(1, 1_001.0), "the speed of rank 1 is 1001.0");
    Refusal.says(() -> builder.failureDomain(0, 4), "failure domain of rank 0 is 4");
    EpRanks ranks = builder.build();
    Refusal.says(() -> ranks.speed(-1), "rank -1");
    Refusal.says(() -> ranks.usable(0, 3), "slot 3");
    Refusal.says(() -> ranks.copySpeeds(new double[3], 0), "speeds");
    Refusal.says(() -> EpRanks.nominal(Refusal.nothing()), "topology is null");
  }

  @Test
  void equalRanksAreEqualAndCopiesAreTheirOwn() {
    EpRanks ranks = EpRanks.builder(TOPOLOGY).speed(1, 0.5).failureDomain(1, 3).build();
    double[] speeds = new double[5];
    ranks.copySpeeds(speeds, 1);
    speeds[2] = 9.0;
    int[] usable = new int[4];
    ranks.copyUsableSlots(usable, 0);
    assertEquals(3, usable[0]);
    assertEquals(0.5, ranks.speed(1));
    assertEquals(ranks, ranks.toBuilder().build());
    assertEquals(ranks.hashCode(), ranks.toBuilder().build().hashCode());
    assertNotEquals(ranks, EpRanks.nominal(TOPOLOGY));
    assertEquals(
        "EpRanks[4 ranks, 4 living, 12 of 12 slots usable, unequally fast]", ranks.toString());
  }
}
