package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MigrationStageTest {
  @Property(tries = 1_000)
  void receivingThenExchangingLeadsToTheNewRowAndBack(@ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer : pair.layersThatDiffer()) {
      MigrationStage moves = inOneStage(pair, layer);
      Map<Place, Integer> memory = slots(pair.current(), layer);
      Map<Place, Integer> before = Map.copyOf(memory);
      List<WeightMove> receives = new ArrayList<>(moves.receives());
      Collections.shuffle(receives, new Random(seed));
      for (WeightMove receive : receives) {
        assertTrue(receive.destination().buffer());
        assertEquals(receive.expert(), before.get(receive.source()));
        memory.put(receive.destination(), before.getOrDefault(receive.source(), -1));
      }
      moves.exchanges().forEach(exchange -> exchange(memory, exchange));
      assertEquals(slots(pair.next(), layer), slotsOf(memory));

      List<SlotExchange> back = new ArrayList<>(moves.exchanges());
      Collections.reverse(back);
      back.forEach(exchange -> exchange(memory, exchange));
      assertEquals(before, slotsOf(memory));
    }
  }

  @Property(tries = 1_000)
  void copyingInOrderFillsTheSameSlotsAsExchanging(@ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer : pair.layersThatDiffer()) {
      MigrationStage moves = inOneStage(pair, layer);
      Map<Place, Integer> memory = slots(pair.current(), layer);
      moves.receives().forEach(move -> copy(memory, move));
      moves.copies().forEach(move -> copy(memory, move));
      assertEquals(slots(pair.next(), layer), slotsOf(memory));
    }
  }

  @Property(tries = 500)
  void roundsKeepTheLimitsAndAreAsFewAsTheBusiestRankAllows(
      @ForAll @IntRange(min = 1, max = 3) int sends,
      @ForAll @IntRange(min = 1, max = 3) int receives,
      @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer : pair.layersThatDiffer()) {
      MigrationStage moves = inOneStage(pair, layer, sends, receives);
      int ranks = pair.topology().ranks();
      int[] sent = new int[ranks];
      int[] received = new int[ranks];
      List<WeightMove> transfers = new ArrayList<>();
      for (List<WeightMove> round : moves.rounds()) {
        int[] sending = new int[ranks];
        int[] receiving = new int[ranks];
        for (WeightMove transfer : round) {
          assertTrue(transfer.crossesRanks());
          assertTrue(++sending[transfer.source().rank()] <= sends);
          assertTrue(++receiving[transfer.destination().rank()] <= receives);
          sent[transfer.source().rank()]++;
          received[transfer.destination().rank()]++;
        }
        transfers.addAll(round);
      }
      int fewest = 0;
      for (int rank = 0; rank < ranks; rank++) {
        fewest = Math.max(fewest, (sent[rank] + sends - 1) / sends);
        fewest = Math.max(fewest, (received[rank] + receives - 1) / receives);
      }
      assertEquals(fewest, moves.rounds().size());
      assertEquals(
          Set.copyOf(moves.receives().stream().filter(WeightMove::crossesRanks).toList()),
          Set.copyOf(transfers));
      assertEquals(transfers.size(), Set.copyOf(transfers).size());
    }
  }

  @Property(tries = 300)
  void aRankReceivesAndBuffersNoMoreThanItGains(@ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer : pair.layersThatDiffer()) {
      MigrationStage moves = inOneStage(pair, layer);
      for (int rank = 0; rank < pair.topology().ranks(); rank++) {
        int gains = LayerMigrationTest.gains(pair.current(), pair.next(), layer, rank);
        int received = 0;
        for (WeightMove receive : moves.receives()) {
          received += receive.destination().rank() == rank ? 1 : 0;
        }
        int exchanged = 0;
        for (SlotExchange exchange : moves.exchanges()) {
          exchanged += exchange.rank() == rank ? 1 : 0;
          assertTrue(exchange.buffer() < moves.buffers(exchange.rank()));
        }
        assertEquals(gains, received);
        assertEquals(exchanged == 0 ? 0 : Math.max(1, gains), moves.buffers(rank));
      }
    }
  }

  @Test
  void slotsInARingAreTurnedThroughOneBufferWithoutACopy() {
    TablePair pair = TablePair.of(3, 1, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0});
    MigrationStage moves = inOneStage(pair, 0);

    assertEquals(List.of(), moves.receives());
    assertEquals(1, moves.buffers(0));
    assertEquals(4, moves.exchanges().size());
    assertEquals(4, moves.copies().size(), "three slots and one buffer");
  }

  @Test
  void theOldExpertOfASlotGoesOnToTheSlotThatWaitsForIt() {
    TablePair pair = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {2, 0, 1, 3});
    MigrationStage moves = inOneStage(pair, 0);

    assertEquals(
        List.of(
            new WeightMove(2, Place.slot(1, 0), Place.buffer(0, 0), 0),
            new WeightMove(1, Place.slot(0, 1), Place.buffer(1, 0), 0)),
        moves.receives());
    assertEquals(
        List.of(new SlotExchange(0, 0, 0), new SlotExchange(0, 1, 0), new SlotExchange(1, 0, 0)),
        moves.exchanges());
  }

  @Test
  void aRankThatDoesNotExistIsRefused() {
    TablePair pair = TablePair.of(3, 1, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0});
    MigrationStage moves = inOneStage(pair, 0);

    assertEquals(
        "rank 1 does not exist; ranks are 0 to 0",
        assertThrows(InvalidInputException.class, () -> moves.buffers(1)).getMessage());
  }

  private static MigrationStage inOneStage(TablePair pair, int layer) {
    return inOneStage(pair, layer, 1, 1);
  }

  private static MigrationStage inOneStage(TablePair pair, int layer, int sends, int receives) {
    MigrationLimits limits = new MigrationLimits(sends, receives, pair.topology().slotsPerRank());
    return LayerMigration.of(pair.current(), pair.next(), layer, pair.topology(), limits)
        .stages()
        .get(0);
  }

  private static void copy(Map<Place, Integer> memory, WeightMove move) {
    assertEquals(move.expert(), memory.get(move.source()), move::toString);
    memory.put(move.destination(), move.expert());
  }

  private static void exchange(Map<Place, Integer> memory, SlotExchange exchange) {
    Place slot = Place.slot(exchange.rank(), exchange.slot());
    Place buffer = Place.buffer(exchange.rank(), exchange.buffer());
    int inBuffer = memory.getOrDefault(buffer, -1);
    memory.put(buffer, memory.getOrDefault(slot, -1));
    memory.put(slot, inBuffer);
  }

  private static Map<Place, Integer> slotsOf(Map<Place, Integer> memory) {
    Map<Place, Integer> slots = new HashMap<>(memory);
    slots.keySet().removeIf(Place::buffer);
    return slots;
  }

  private static Map<Place, Integer> slots(ExpertTable table, int layer) {
    Map<Place, Integer> slots = new HashMap<>();
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        slots.put(Place.slot(rank, slot), table.expertAt(layer, rank, slot));
      }
    }
    return slots;
  }
}
