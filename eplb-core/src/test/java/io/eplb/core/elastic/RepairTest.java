package io.eplb.core.elastic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepairTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 3, 1, 1, 2);

  @Test
  void aTableThatFitsComesOutAsTheSameInstance() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, 2, 0, 3, 1);
    Repair repair = Repair.of(table, TOPOLOGY, EpRanks.nominal(TOPOLOGY));
    assertSame(table, repair.table());
    assertEquals(List.of(), repair.reloads());
    assertEquals(0, repair.lostExperts());
  }

  @Test
  void aLostExpertComesFromTheCheckpointAndACopyFromALivingRank() {
    ExpertTable table = table(5, 4, 3, 2, 0, 1, 2, 3, 3, 1);
    EpRanks failed = EpRanks.builder(TOPOLOGY).usableSlots(1, 0).build();
    Repair repair = Repair.of(table, TOPOLOGY, failed, new double[] {8, 1, 4, 3});
    assertEquals(List.of(new Reload(0, 2, 1, 2, 1, Reload.CHECKPOINT)), repair.reloads());
    assertTrue(repair.reloads().get(0).fromCheckpoint());
    assertEquals(1, repair.lostExperts(0));
    assertEquals(6, repair.table().version());
    failed.requireFits(repair.table());

    Repair back =
        Repair.of(repair.table(), TOPOLOGY, EpRanks.nominal(TOPOLOGY), new double[] {8, 1, 4, 3});
    assertEquals(
        List.of(new Reload(0, 1, 0, 0, -1, 0), new Reload(0, 1, 1, 3, -1, 2)), back.reloads());
    assertEquals(0, back.lostExperts());
  }

  @Test
  void theSourceIsOnTheSameNodeIfAnyHolderIsThere() {
    EpTopology nodes = EpTopology.of(2, 4, 2, 1, 1);
    ExpertTable table = table(0, 2, 4, 1, 0, 1, 0, -1);
    Repair repair = Repair.of(table, nodes, EpRanks.nominal(nodes), new double[] {9, 1});
    assertEquals(List.of(new Reload(0, 3, 0, 0, -1, 2)), repair.reloads());
  }

  @Test
  void sendersTakeTurns() {
    EpTopology flat = EpTopology.of(1, 4, 1, 1, 1);
    ExpertTable table = table(0, 1, 4, 1, 0, 0, -1, -1);
    List<Integer> sources =
        Repair.of(table, flat, EpRanks.nominal(flat)).reloads().stream()
            .map(Reload::source)
            .toList();
    assertEquals(List.of(0, 1), sources);
  }

  @Test
  void tooFewSlotsAreRefusedWithTheExpertsThatWouldHaveNone() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, 2, 0, 3, 1, 0, 1, 2, 3, 0, 2);
    EpRanks failed = EpRanks.builder(TOPOLOGY).usableSlots(1, 0).usableSlots(2, 1).build();
    InsufficientSlotsException refused =
        assertThrows(
            InsufficientSlotsException.class,
            () -> Repair.of(table, TOPOLOGY, failed, new double[] {1, 1, 1, 1, 1, 1, 2, 1}));
    assertEquals(
        "the ranks that stay have 3 usable slots for 4 experts, 1 too few in every layer; without a"
            + " slot: layer 0: expert 2; layer 1: expert 3",
        refused.getMessage());
  }

  @Test
  void wrongInputIsRefusedWithWhatWouldBeRight() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, 2, 0, 3, 1);
    EpRanks ranks = EpRanks.nominal(TOPOLOGY);
    EpTopology other = EpTopology.of(4, 2, 1, 1, 3);
    assertRefused("4 experts on 3 ranks × 2 slots", () -> Repair.of(table, other, ranks));
    assertRefused(
        "the ranks 2 ranks × 3 slots", () -> Repair.of(table, TOPOLOGY, EpRanks.nominal(other)));
    assertRefused(
        "3 expert loads", () -> Repair.of(table, TOPOLOGY, ranks, new double[] {1, 2, 3}));
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          "layer 0, expert 2 is " + wrong,
          () -> Repair.of(table, TOPOLOGY, ranks, new double[] {1, 2, wrong, 4}));
    }
    assertRefused(
        "expert 1", () -> Repair.of(table, TOPOLOGY, ranks, new double[] {5e307, 5e307, 0, 0}));
  }

  @Property(tries = 300)
  void everyStepLeavesEveryLivingExpertWhereItIsNeeded(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer shape = TestLayer.random(random);
    EpTopology topology = EpTopology.of(shape.experts(), shape.ranks(), 1, 1, shape.slots());
    ExpertTable table = tableOf(shape, random);
    EpRanks.Builder builder = EpRanks.builder(topology);
    for (int rank = 0; rank < shape.ranks(); rank++) {
      int usable = random.nextInt(4) > 0 ? shape.slots() : random.nextInt(shape.slots() + 1);
      builder.usableSlots(rank, usable).speed(rank, 0.5 + random.nextInt(4));
    }
    EpRanks ranks = builder.build();
    Assume.that(ranks.physicalUsable() >= shape.experts());
    double[] loads = random.doubles(2L * shape.experts(), 0, 5).toArray();
    Repair repair = Repair.of(table, topology, ranks, loads);
    ranks.requireFits(repair.table());
    assertEquals(repair.reloads(), Repair.of(table, topology, ranks, loads).reloads());
    assertSame(repair.table(), Repair.of(repair.table(), topology, ranks, loads).table());

    Steps steps = new Steps(table);
    for (int layer = 0; layer < 2; layer++) {
      for (int rank = 0; rank < shape.ranks(); rank++) {
        for (int slot = ranks.usableSlots(rank); slot < shape.slots(); slot++) {
          steps.rows[layer][rank * shape.slots() + slot] = -1;
        }
      }
    }
    repair.reloads().forEach(steps::apply);
    for (int layer = 0; layer < 2; layer++) {
      int[] row = new int[shape.row().length];
      repair.table().copyLayer(layer, row, 0);
      assertEquals(Arrays.toString(row), Arrays.toString(steps.rows[layer]));
    }
    assertEquals(
        repair.lostExperts(), repair.reloads().stream().filter(Reload::fromCheckpoint).count());
  }

  /** The rows of a table while reloads are applied; checks each of them. */
  static final class Steps {
    final int[][] rows;
    private final int slots;

    Steps(ExpertTable table) {
      this.slots = table.slotsPerRank();
      this.rows = new int[table.layers()][table.physicalExperts()];
      for (int layer = 0; layer < rows.length; layer++) {
        table.copyLayer(layer, rows[layer], 0);
      }
    }

    void apply(Reload reload) {
      int[] row = rows[reload.layer()];
      int at = reload.rank() * slots + reload.slot();
      assertEquals(reload.replaced(), row[at], reload.toString());
      assertNotEquals(reload.expert(), row[at], reload.toString());
      boolean held = Arrays.stream(row).anyMatch(expert -> expert == reload.expert());
      assertEquals(!held, reload.fromCheckpoint(), reload.toString());
      assertTrue(
          reload.fromCheckpoint() || TestLayer.holds(row, slots, reload.source(), reload.expert()),
          reload.toString());
      row[at] = reload.expert();
      assertTrue(
          reload.replaced() < 0
              || Arrays.stream(row).anyMatch(expert -> expert == reload.replaced()),
          "the last replica was overwritten: " + reload);
    }
  }

  static ExpertTable tableOf(TestLayer layer, Random random) {
    int[] second = TestLayer.random(layer.experts(), layer.ranks(), layer.slots(), random).row();
    int[] rows = IntStream.concat(Arrays.stream(layer.row()), Arrays.stream(second)).toArray();
    return table(7, layer.experts(), layer.ranks(), layer.slots(), rows);
  }

  static ExpertTable table(long version, int experts, int ranks, int slots, int... rows) {
    return ExpertTable.of(
        version, experts, Placement.of(rows.length / ranks / slots, ranks, slots, rows));
  }

  static void assertRefused(String expected, Runnable call) {
    String message =
        String.valueOf(assertThrows(InvalidInputException.class, call::run).getMessage());
    assertTrue(message.contains(expected), message);
  }
}
