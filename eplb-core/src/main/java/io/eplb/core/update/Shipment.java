package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.migration.BufferedMigration;
import io.eplb.core.migration.SlotExchange;
import io.eplb.core.migration.WeightMove;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one layer receives for its next commit, in which buffers, and what then changes places.
 * Belongs to the updater's timeline.
 */
final class Shipment {
  private final LayerJob job;
  private final ExpertTable after;
  private final BufferedMigration moves;
  private final List<RankSide> ranks;

  /** Per rank, the buffer for each number that the moves give; empty until reserved. */
  private int[][] buffers = {};

  private final boolean[] running;
  private int outstanding;
  private boolean abandoned;
  private Timeline.@Nullable Scheduled timeout;

  Shipment(LayerJob job, ExpertTable after, BufferedMigration moves, EngineAccess engine) {
    this.job = job;
    this.after = after;
    this.moves = moves;
    this.ranks = engine.ranks();
    this.outstanding = moves.receives().size();
    this.running = new boolean[outstanding];
  }

  LayerJob job() {
    return job;
  }

  int receives() {
    return running.length;
  }

  WeightMove receive(int index) {
    return moves.receives().get(index);
  }

  List<SlotExchange> exchanges() {
    return moves.exchanges();
  }

  /** Reserves the buffers on all ranks or on none. Returns whether there were enough. */
  boolean reserve() {
    for (int rank = 0; rank < ranks.size(); rank++) {
      if (ranks.get(rank).free() < moves.buffers(rank)) {
        return false;
      }
    }
    buffers = new int[ranks.size()][];
    for (int rank = 0; rank < buffers.length; rank++) {
      buffers[rank] = ranks.get(rank).reserve(moves.buffers(rank));
    }
    return true;
  }

  void setTimeout(Timeline.Scheduled scheduled) {
    timeout = scheduled;
  }

  /** Returns the buffer that a receive writes to. */
  int bufferOf(int index) {
    WeightMove move = receive(index);
    return buffers[move.destination().rank()][move.destination().index()];
  }

  void started(int index) {
    running[index] = true;
  }

  boolean isRunning(int index) {
    return running[index];
  }

  /**
   * Takes note that nothing writes to a receive's buffer any more. The buffer of a shipment that
   * was abandoned is released.
   */
  void ended(int index) {
    if (!running[index]) {
      throw new InternalException(receive(index) + " has ended twice; once is enough");
    }
    running[index] = false;
    outstanding--;
    if (abandoned) {
      ranks.get(receive(index).destination().rank()).release(bufferOf(index));
    }
  }

  /** Returns whether everything has been received. */
  boolean isComplete() {
    return !abandoned && outstanding == 0;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Exchanges a slot and a buffer by number. */
  void exchange(SlotExchange exchange) {
    ranks
        .get(exchange.rank())
        .exchange(job.layer(), exchange.slot(), buffers[exchange.rank()][exchange.buffer()]);
  }

  /** Writes the row and the replica order that this leads to. */
  void writeRow(Placement.Builder rows, boolean ordered) {
    int[] row = new int[after.physicalExperts()];
    after.copyLayer(job.layer(), row, 0);
    rows.setLayer(job.layer(), row, 0);
    if (ordered || after.placement().hasReplicaOrder()) {
      after.placement().copyReplicaOrder(job.layer(), row, 0);
      rows.setReplicaOrder(job.layer(), row, 0);
    }
  }

  void cancelTimeout() {
    Timeline.Scheduled scheduled = timeout;
    if (scheduled != null) {
      scheduled.cancel();
    }
  }

  /**
   * Releases the buffers, whether or not this has been used. Those that are still written to are
   * set aside until that has ended.
   */
  void finish() {
    cancelTimeout();
    abandoned = true;
    boolean[][] kept = new boolean[buffers.length][];
    for (int rank = 0; rank < buffers.length; rank++) {
      kept[rank] = new boolean[buffers[rank].length];
    }
    for (int index = 0; index < running.length; index++) {
      if (running[index]) {
        WeightMove move = receive(index);
        kept[move.destination().rank()][move.destination().index()] = true;
      }
    }
    for (int rank = 0; rank < buffers.length; rank++) {
      for (int number = 0; number < buffers[rank].length; number++) {
        if (kept[rank][number]) {
          ranks.get(rank).setAside(buffers[rank][number]);
        } else {
          ranks.get(rank).release(buffers[rank][number]);
        }
      }
    }
  }
}
