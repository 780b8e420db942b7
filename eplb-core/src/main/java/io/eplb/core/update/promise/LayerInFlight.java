package io.eplb.core.update.promise;

import io.eplb.core.migration.MigrationStage;
import io.eplb.core.migration.SlotExchange;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.update.layer.LayerUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One stage of a layer that holds buffers of the ranks: each rank's part of it. Belongs to the
 * updater's timeline.
 */
final class LayerInFlight {
  private final LayerUpdate work;
  private final LayerUpdate.Stage stage;
  private final LayerRow row;
  private final long number;
  private final Group group;
  private final FreeBuffers ledger;

  /** Per rank its buffers. */
  private final List<List<Integer>> buffers = new ArrayList<>();

  private final List<List<Preparation.Receive>> receives = new ArrayList<>();
  private final List<List<Preparation.Exchange>> exchanges = new ArrayList<>();
  private boolean prepared;

  /** Takes the buffers, which are free. */
  LayerInFlight(
      LayerUpdate work, LayerUpdate.Stage stage, long number, Group group, FreeBuffers ledger) {
    this.work = work;
    this.stage = stage;
    this.row = new LayerRow(stage.moves().row(), stage.replicaOrder());
    this.number = number;
    this.group = group;
    this.ledger = ledger;
    MigrationStage moves = stage.moves();
    for (int rank = 0; rank < group.ranks().size(); rank++) {
      buffers.add(ledger.take(rank, moves.buffers(rank)));
      receives.add(new ArrayList<>());
      exchanges.add(new ArrayList<>());
    }
    for (WeightMove move : moves.receives()) {
      int rank = move.destination().rank();
      receives
          .get(rank)
          .add(
              new Preparation.Receive(
                  move.expert(), move.source(), buffer(rank, move.destination().index())));
    }
    for (SlotExchange exchange : moves.exchanges()) {
      exchanges
          .get(exchange.rank())
          .add(
              new Preparation.Exchange(
                  exchange.slot(), buffer(exchange.rank(), exchange.buffer())));
    }
  }

  /** Returns the rank's buffer that a stage's buffer stands for. */
  private int buffer(int rank, int index) {
    return buffers.get(rank).get(index);
  }

  LayerUpdate work() {
    return work;
  }

  int number() {
    return work.number();
  }

  MigrationStage moves() {
    return stage.moves();
  }

  LayerRow row() {
    return row;
  }

  /** Returns the part of a rank. */
  Preparation preparation(int rank) {
    return new Preparation(
        group.epoch(), number, work.number(), row, receives.get(rank), exchanges.get(rank));
  }

  boolean isPrepared() {
    return prepared;
  }

  void setPrepared() {
    prepared = true;
  }

  /** Gives the buffers back, since all ranks have switched. */
  void giveBack() {
    for (int rank = 0; rank < buffers.size(); rank++) {
      ledger.giveBack(rank, buffers.get(rank));
    }
  }

  /**
   * Gives each rank's buffers back when the rank has given the preparation up.
   *
   * @param lost hears why a rank never will: it has restarted, or cannot serve any more
   */
  void release(Consumer<Throwable> lost) {
    for (LosableLink rank : group.ranks()) {
      group
          .messages()
          .untilAnswered(() -> rank.release(group.epoch(), number))
          .whenComplete(
              (nothing, thrown) -> {
                if (thrown == null) {
                  ledger.giveBack(rank.rank(), buffers.get(rank.rank()));
                } else {
                  lost.accept(thrown);
                }
              });
    }
  }
}
