package io.eplb.core.update.protocol;

import io.eplb.core.migration.WeightMove;
import io.eplb.core.update.UpdateSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Starts the copies of transfers in their order, as far as the caps allow: a rank sends to others
 * and receives from others, or from the checkpoint, only so many experts at a time. Copies inside a
 * rank are not counted. Belongs to the updater's timeline.
 *
 * <p>A copy that must wait is kept with one busy rank, its source or its destination, and is looked
 * at again when another copy of that rank has ended. So the cost of a copy does not depend on the
 * number of waiting copies. Example, with one send and one receive per rank:
 *
 * <pre>
 *   add 0→1, 0→2, 3→1   0→1 starts; 0→2 waits to send at rank 0, 3→1 waits to receive at rank 1
 *   0→1 ends            the oldest of both queues first: 0→2 starts, then 3→1
 * </pre>
 */
final class CopyQueue {
  private final UpdateSettings settings;
  private final Starter starter;
  private final int[] sending;
  private final int[] receiving;

  /** Per rank the copies that wait for it to send or to receive less, the oldest first. */
  private final List<Queue<Copy>> waitingToSend = new ArrayList<>();

  private final List<Queue<Copy>> waitingToReceive = new ArrayList<>();

  /** The copies that were not looked at yet, and the moves that have ended since. */
  private final ArrayDeque<Copy> added = new ArrayDeque<>();

  private final ArrayDeque<WeightMove> ended = new ArrayDeque<>();

  private long order;

  CopyQueue(int ranks, UpdateSettings settings, Starter starter) {
    this.settings = settings;
    this.starter = starter;
    this.sending = new int[ranks];
    this.receiving = new int[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      waitingToSend.add(new PriorityQueue<>(Copy.BY_AGE));
      waitingToReceive.add(new PriorityQueue<>(Copy.BY_AGE));
    }
  }

  void add(LayerTransfer transfer) {
    for (int index = 0; index < transfer.receives(); index++) {
      added.add(new Copy(transfer, index, order++));
    }
  }

  /** Starts all copies that the caps allow. */
  void start() {
    for (WeightMove move = ended.poll(); move != null; move = ended.poll()) {
      startAfter(move);
    }
    for (Copy copy = added.poll(); copy != null; copy = added.poll()) {
      startOrKeep(copy);
    }
  }

  /** Starts the copies that may start since a move has ended, the oldest first. */
  private void startAfter(WeightMove ended) {
    int source = ended.source().rank();
    int destination = ended.destination().rank();
    while (true) {
      Copy sent = ended.crossesRanks() && maySend(source) ? waitingToSend.get(source).peek() : null;
      Copy received = mayReceive(destination) ? waitingToReceive.get(destination).peek() : null;
      if (sent != null && (received == null || sent.order < received.order)) {
        startOrKeep(waitingToSend.get(source).remove());
      } else if (received != null) {
        startOrKeep(waitingToReceive.get(destination).remove());
      } else {
        return;
      }
    }
  }

  private void startOrKeep(Copy copy) {
    if (copy.transfer.isAbandoned()) {
      return;
    }
    WeightMove move = copy.transfer.receive(copy.index);
    if (move.crossesRanks() && !maySend(move.source().rank())) {
      waitingToSend.get(move.source().rank()).add(copy);
    } else if (arrives(move) && !mayReceive(move.destination().rank())) {
      waitingToReceive.get(move.destination().rank()).add(copy);
    } else {
      count(move, 1);
      starter.start(copy.transfer, copy.index);
    }
  }

  private boolean maySend(int rank) {
    return sending[rank] < settings.sendsPerRank();
  }

  private boolean mayReceive(int rank) {
    return receiving[rank] < settings.receivesPerRank();
  }

  private static boolean arrives(WeightMove move) {
    return move.crossesRanks() || move.isReload();
  }

  private void count(WeightMove move, int change) {
    if (move.crossesRanks()) {
      sending[move.source().rank()] += change;
    }
    if (arrives(move)) {
      receiving[move.destination().rank()] += change;
    }
  }

  /** Counts the end of a copy of a transfer that is still in the queue. */
  void ended(LayerTransfer transfer, int index) {
    WeightMove move = transfer.receive(index);
    if (arrives(move)) {
      count(move, -1);
      ended.add(move);
    }
  }

  /**
   * Forgets a transfer that is about to be abandoned. Copies that are still running do not count
   * any more, since a copy that never ends would block its ranks for ever.
   */
  void remove(LayerTransfer transfer) {
    for (int index = 0; index < transfer.receives(); index++) {
      if (transfer.isRunning(index)) {
        ended(transfer, index);
      }
    }
  }

  /** Starts a copy; must not call the queue. */
  @FunctionalInterface
  interface Starter {
    void start(LayerTransfer transfer, int index);
  }

  /** A copy that has not started. */
  private record Copy(LayerTransfer transfer, int index, long order) {
    static final Comparator<Copy> BY_AGE = Comparator.comparingLong(Copy::order);
  }
}
