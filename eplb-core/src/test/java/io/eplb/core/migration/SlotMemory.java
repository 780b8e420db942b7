package io.eplb.core.migration;

import io.eplb.api.ExpertTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An engine that has numbers for weights: it carries out a plan blindly, the transfers of a round
 * in any order, and trusts that every move makes sense.
 */
final class SlotMemory {
  private final Map<Place, Integer> memory = new HashMap<>();

  SlotMemory(ExpertTable table, int layer) {
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        memory.put(Place.slot(rank, slot), table.expertAt(layer, rank, slot));
      }
    }
  }

  void carryOut(LayerMigration moves, Random random) {
    moves.copiesBefore().forEach(this::copy);
    for (MigrationRound round : moves.rounds()) {
      List<WeightMove> transfers = new ArrayList<>(round.transfers());
      Collections.shuffle(transfers, random);
      transfers.forEach(this::copy);
      round.copies().forEach(this::copy);
    }
  }

  private void copy(WeightMove move) {
    memory.put(move.destination(), memory.getOrDefault(move.source(), -1));
  }

  int expertAt(int rank, int slot) {
    return memory.getOrDefault(Place.slot(rank, slot), -1);
  }
}
