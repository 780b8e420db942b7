package io.eplb.core.update.protocol;

import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.migration.SlotExchange;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.layer.LayerUpdate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of one layer for its next commit: copies into buffers, and then exchanges of slots
 * and buffers; one proposal for each rank that takes part. Belongs to the updater's timeline.
 */
final class LayerTransfer {
  private final LayerUpdate layer;
  private final ProposalId id;
  private final LayerUpdate.Stage stage;
  private final MigrationStage moves;
  private final EngineAccess engine;

  /** Per rank, the indices of its receives, and its exchanges, in their order. */
  private final List<List<Integer>> receivesOf = new ArrayList<>();

  private final List<List<SlotExchange>> exchangesOf = new ArrayList<>();

  /** The proposals by rank; empty until reserved. */
  private final SortedMap<Integer, Proposal> proposals = new TreeMap<>();

  /** Per receive, its buffer; zeros until reserved. */
  private final int[] buffers;

  private final boolean[] running;
  private int outstanding;
  private boolean prepared;
  private boolean abandoned;

  /** Per rank, whether it has forgotten the proposal. */
  private final boolean[] released;

  private Timeline.@Nullable Scheduled timeout;

  LayerTransfer(LayerUpdate layer, LayerUpdate.Stage stage, ProposalId id, EngineAccess engine) {
    this.layer = layer;
    this.id = id;
    this.stage = stage;
    this.moves = stage.moves();
    this.engine = engine;
    this.outstanding = moves.receives().size();
    this.running = new boolean[outstanding];
    this.buffers = new int[outstanding];
    this.released = new boolean[engine.ranks().size()];
    for (int rank = 0; rank < released.length; rank++) {
      receivesOf.add(new ArrayList<>());
      exchangesOf.add(new ArrayList<>());
    }
    for (int index = 0; index < outstanding; index++) {
      receivesOf.get(receive(index).destination().rank()).add(index);
    }
    moves.exchanges().forEach(exchange -> exchangesOf.get(exchange.rank()).add(exchange));
  }

  LayerUpdate layer() {
    return layer;
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

  /**
   * Returns whether any rank needs a buffer; a row that only becomes EMPTY in places needs none.
   */
  boolean needsBuffers() {
    return !moves.exchanges().isEmpty();
  }

  /** Takes the buffers of all ranks or of none; returns whether there were enough. */
  boolean reserve() {
    for (int rank = 0; rank < released.length; rank++) {
      if (engine.buffers().free(rank) < moves.buffers(rank)) {
        return false;
      }
    }
    for (int rank = 0; rank < released.length; rank++) {
      // A rank without buffers takes no part.
      if (moves.buffers(rank) > 0) {
        List<Integer> own = engine.buffers().take(rank, moves.buffers(rank));
        proposals.put(rank, new Proposal(id, own, receives(rank, own), exchanges(rank, own)));
      }
    }
    return true;
  }

  private List<Proposal.Receive> receives(int rank, List<Integer> own) {
    List<Proposal.Receive> receives = new ArrayList<>();
    for (int index : receivesOf.get(rank)) {
      WeightMove move = receive(index);
      buffers[index] = own.get(move.destination().index());
      receives.add(new Proposal.Receive(move.expert(), move.source(), buffers[index]));
    }
    return receives;
  }

  private List<Proposal.Exchange> exchanges(int rank, List<Integer> own) {
    List<Proposal.Exchange> exchanges = new ArrayList<>();
    for (SlotExchange exchange : exchangesOf.get(rank)) {
      exchanges.add(new Proposal.Exchange(exchange.slot(), own.get(exchange.buffer())));
    }
    return exchanges;
  }

  /** Returns the proposals by rank. */
  SortedMap<Integer, Proposal> proposals() {
    return proposals;
  }

  /** Notes that every rank that takes part has its buffers. */
  void prepared() {
    prepared = true;
  }

  void setTimeout(Timeline.Scheduled scheduled) {
    timeout = scheduled;
  }

  /** Returns the buffer of a receive. */
  int bufferOf(int index) {
    return buffers[index];
  }

  void started(int index) {
    running[index] = true;
  }

  boolean isRunning(int index) {
    return running[index];
  }

  /** Notes that nothing writes to a receive's buffer any more. */
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

  /** Writes the new row and replica order of the layer. */
  void writeRow(Placement.Builder rows) {
    rows.setLayer(layer.number(), moves.row(), 0);
    int[] order = stage.replicaOrder();
    if (order != null) {
      rows.setReplicaOrder(layer.number(), order, 0);
    }
  }

  void cancelTimeout() {
    Timeline.Scheduled scheduled = timeout;
    if (scheduled != null) {
      scheduled.cancel();
    }
  }

  /**
   * Releases the proposals on all ranks, used or not, and gives their buffers back when the ranks
   * answer. Buffers that a copy still writes to are set aside until that copy has ended.
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
    for (Map.Entry<Integer, Proposal> member : proposals.entrySet()) {
      int rank = member.getKey();
      RankAgent agent = engine.ranks().get(rank);
      engine
          .requests()
          .untilDone(
              () -> agent.release(id), nothing -> released(rank, member.getValue().buffers()));
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

  private void released(int rank, List<Integer> own) {
    released[rank] = true;
    Set<Integer> quiet = new HashSet<>(own);
    for (int index : receivesOf.get(rank)) {
      if (running[index]) {
        quiet.remove(buffers[index]);
      }
    }
    quiet.forEach(buffer -> engine.buffers().giveBack(rank, buffer));
  }

  /** Sets the buffers of silent ranks aside, so that other layers do not wait for them. */
  private void setUnreleasedAside() {
    proposals.forEach(
        (rank, proposal) -> {
          if (!released[rank]) {
            proposal.buffers().forEach(buffer -> engine.buffers().setAside(rank, buffer));
          }
        });
  }
}
