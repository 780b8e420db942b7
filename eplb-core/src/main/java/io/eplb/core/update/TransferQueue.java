package io.eplb.core.update;

import io.eplb.core.migration.WeightMove;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the receives of shipments in their order, as far as the caps allow: a rank sends to others
 * and receives from others only so many experts at a time. Copies inside a rank are not counted.
 * Belongs to the updater's timeline.
 */
final class TransferQueue {
  private final UpdateSettings settings;
  private final Starter starter;
  private final int[] sending;
  private final int[] receiving;
  private final List<Waiting> waiting = new ArrayList<>();

  TransferQueue(int ranks, UpdateSettings settings, Starter starter) {
    this.settings = settings;
    this.starter = starter;
    this.sending = new int[ranks];
    this.receiving = new int[ranks];
  }

  void add(Shipment shipment) {
    for (int index = 0; index < shipment.receives(); index++) {
      waiting.add(new Waiting(shipment, index));
    }
  }

  /** Starts what may be started. */
  void start() {
    int kept = 0;
    for (int at = 0; at < waiting.size(); at++) {
      Waiting next = waiting.get(at);
      WeightMove move = next.shipment.receive(next.index);
      if (mayStart(move)) {
        count(move, 1);
        starter.start(next.shipment, next.index);
      } else {
        waiting.set(kept++, next);
      }
    }
    waiting.subList(kept, waiting.size()).clear();
  }

  private boolean mayStart(WeightMove move) {
    return !move.crossesRanks()
        || (sending[move.source().rank()] < settings.sendsPerRank()
            && receiving[move.destination().rank()] < settings.receivesPerRank());
  }

  private void count(WeightMove move, int change) {
    if (move.crossesRanks()) {
      sending[move.source().rank()] += change;
      receiving[move.destination().rank()] += change;
    }
  }

  /** Takes note that a receive of a shipment that is still in the queue has ended. */
  void ended(Shipment shipment, int index) {
    count(shipment.receive(index), -1);
  }

  /**
   * Forgets a shipment. Receives that are still running do not count any more, else one that never
   * ends would keep its ranks from ever receiving again.
   */
  void remove(Shipment shipment) {
    for (int index = 0; index < shipment.receives(); index++) {
      if (shipment.isRunning(index)) {
        count(shipment.receive(index), -1);
      }
    }
    waiting.removeIf(each -> each.shipment == shipment);
  }

  /** Starts a receive; must not call the queue. */
  @FunctionalInterface
  interface Starter {
    void start(Shipment shipment, int index);
  }

  private static final class Waiting {
    private final Shipment shipment;
    private final int index;

    Waiting(Shipment shipment, int index) {
      this.shipment = shipment;
      this.index = index;
    }
  }
}
