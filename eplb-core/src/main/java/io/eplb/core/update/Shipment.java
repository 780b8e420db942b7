package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.migration.BufferedMigration;
import io.eplb.core.migration.SlotExchange;
import io.eplb.core.migration.WeightMove;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one layer receives for its next commit, in which buffers, and what then changes places: a
 * proposal for each rank that takes part. Belongs to the updater's timeline.
 */
final class Shipment {
  private final LayerJob job;
  private final ProposalId id;
  private final ExpertTable after;
  private final BufferedMigration moves;
  private final EngineAccess engine;

  /** Per rank, the buffer for each number that the moves give; empty until reserved. */
  private List<List<Integer>> buffers = List.of();

  /** The ranks that take part, ascending; empty until reserved. */
  private final List<Integer> members = new ArrayList<>();

  private final boolean[] running;
  private int outstanding;
  private boolean prepared;
  private boolean abandoned;

  /** Per rank, whether it has forgotten the proposal. */
  private final boolean[] released;

  private Timeline.@Nullable Scheduled timeout;

  Shipment(
      LayerJob job,
      ProposalId id,
      ExpertTable after,
      BufferedMigration moves,
      EngineAccess engine) {
    this.job = job;
    this.id = id;
    this.after = after;
    this.moves = moves;
    this.engine = engine;
    this.outstanding = moves.receives().size();
    this.running = new boolean[outstanding];
    this.released = new boolean[engine.ranks().size()];
  }

  LayerJob job() {
    return job;
  }

  ProposalId id() {
    return id;
  }

  int receives() {
    return running.length;
  }

  WeightMove receive(int index) {
    return moves.receives().get(index);
  }

  /** Takes the buffers of all ranks or of none. Returns whether there were enough. */
  boolean reserve() {
    for (int rank = 0; rank < released.length; rank++) {
      if (engine.buffers().free(rank) < moves.buffers(rank)) {
        return false;
      }
    }
    List<List<Integer>> taken = new ArrayList<>();
    for (int rank = 0; rank < released.length; rank++) {
      taken.add(engine.buffers().take(rank, moves.buffers(rank)));
      // Whatever receives or exchanges needs a buffer.
      if (!taken.get(rank).isEmpty()) {
        members.add(rank);
      }
    }
    buffers = taken;
    return true;
  }

  /** Returns the ranks that take part, ascending. */
  List<Integer> members() {
    return members;
  }

  /** Returns a rank's part. */
  Proposal proposal(int rank) {
    List<Integer> own = buffers.get(rank);
    List<Proposal.Receive> receives = new ArrayList<>();
    for (WeightMove move : moves.receives()) {
      if (move.destination().rank() == rank) {
        receives.add(
            new Proposal.Receive(
                move.source().rank(), move.source().index(), own.get(move.destination().index())));
      }
    }
    List<Proposal.Exchange> exchanges = new ArrayList<>();
    for (SlotExchange exchange : moves.exchanges()) {
      if (exchange.rank() == rank) {
        exchanges.add(new Proposal.Exchange(exchange.slot(), own.get(exchange.buffer())));
      }
    }
    return new Proposal(id, own, receives, exchanges);
  }

  /** Takes note that every rank that takes part has its buffers. */
  void prepared() {
    prepared = true;
  }

  void setTimeout(Timeline.Scheduled scheduled) {
    timeout = scheduled;
  }

  /** Returns the buffer that a receive writes to. */
  int bufferOf(int index) {
    WeightMove move = receive(index);
    return buffers.get(move.destination().rank()).get(move.destination().index());
  }

  void started(int index) {
    running[index] = true;
  }

  boolean isRunning(int index) {
    return running[index];
  }

  /** Takes note that nothing writes to a receive's buffer any more. */
  void ended(int index) {
    if (!running[index]) {
      throw new InternalException(receive(index) + " has ended twice; once is enough");
    }
    running[index] = false;
    outstanding--;
    int rank = receive(index).destination().rank();
    if (released[rank]) {
      engine.buffers().giveBack(rank, bufferOf(index));
    }
  }

  /** Returns whether everything has been received. */
  boolean isComplete() {
    return prepared && !abandoned && outstanding == 0;
  }

  boolean isAbandoned() {
    return abandoned;
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
   * Lets the ranks forget it, whether or not it has been used, and gives its buffers back as they
   * do. Those that are still written to are set aside until that has ended.
   */
  void finish() {
    cancelTimeout();
    abandoned = true;
    for (int index = 0; index < running.length; index++) {
      if (running[index]) {
        engine.buffers().setAside(receive(index).destination().rank(), bufferOf(index));
      }
    }
    boolean answered = true;
    for (int rank : members) {
      RankSide side = engine.ranks().get(rank);
      engine.reminders().insist(() -> side.release(id), nothing -> released(rank));
      answered &= released[rank];
    }
    if (!answered) {
      engine
          .timeline()
          .schedule(
              () -> engine.events().execute(this::setUnreleasedAside),
              engine.settings().transferTimeout());
    }
  }

  private void released(int rank) {
    released[rank] = true;
    List<Integer> quiet = new ArrayList<>(buffers.get(rank));
    for (int index = 0; index < running.length; index++) {
      if (running[index] && receive(index).destination().rank() == rank) {
        quiet.remove((Integer) bufferOf(index));
      }
    }
    quiet.forEach(buffer -> engine.buffers().giveBack(rank, buffer));
  }

  /** Others should not wait for the buffers of a rank that does not answer. */
  private void setUnreleasedAside() {
    for (int rank : members) {
      if (!released[rank]) {
        buffers.get(rank).forEach(buffer -> engine.buffers().setAside(rank, buffer));
      }
    }
  }
}
