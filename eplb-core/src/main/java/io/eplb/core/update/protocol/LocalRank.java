package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.Place;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A rank of this process: answers at once, with the engine's memory and the process's gate. */
final class LocalRank implements RankAgent {
  /** The attempts at an exchange that has to succeed. */
  private static final int ATTEMPTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(LocalRank.class);

  private final ExpertWeights weights;
  private final int rank;
  private final long incarnation;
  private final SharedGate gate;

  /** The proposals that were prepared and are not released. */
  private final Map<ProposalId, Work> known = new HashMap<>();

  /** Per buffer its proposal, if any, and the last copy into it. */
  private final @Nullable ProposalId[] owner;

  private final @Nullable Copy[] copies;

  /** The update that the rank takes part in, and its released proposals. */
  private long update = Long.MIN_VALUE;

  private final Set<ProposalId> released = new HashSet<>();

  LocalRank(ExpertWeights weights, int rank, long incarnation, SharedGate gate) {
    this.weights = weights;
    this.rank = rank;
    this.incarnation = incarnation;
    this.gate = gate;
    this.owner = new ProposalId[weights.buffersPerRank()];
    this.copies = new Copy[owner.length];
  }

  @Override
  public int buffers() {
    return owner.length;
  }

  /** Answers at once, with the result or the exception of an action. */
  private static <T> CompletionStage<T> answer(Supplier<? extends CompletionStage<T>> action) {
    try {
      return action.get();
    } catch (Throwable thrown) { // The updater has to hear of any fault.
      return CompletableFuture.failedFuture(thrown);
    }
  }

  private static CompletionStage<Void> did(Runnable action) {
    return answer(
        () -> {
          action.run();
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletionStage<Long> join(long joined, long version) {
    return answer(
        () -> {
          gate.join(rank, joined, version);
          if (joined > update) {
            update = joined;
            released.clear();
            known.clear();
            Arrays.fill(owner, null);
          }
          return CompletableFuture.completedFuture(incarnation);
        });
  }

  @Override
  public CompletionStage<Void> prepare(Proposal proposal) {
    return did(() -> reserve(proposal));
  }

  private void reserve(Proposal proposal) {
    ProposalId id = proposal.id();
    if (known.containsKey(id)) {
      return;
    }
    if (id.update() != update) {
      throw new IllegalStateException("rank " + rank + " takes no part in update " + id.update());
    }
    if (released.contains(id)) {
      throw new IllegalStateException(id + " is over");
    }
    for (int buffer : proposal.buffers()) {
      Copy last = copies[buffer];
      if (owner[buffer] != null || (last != null && !last.ended.isDone())) {
        throw new IllegalStateException(
            "buffer %d of rank %d is still in use".formatted(buffer, rank));
      }
    }
    proposal.buffers().forEach(buffer -> owner[buffer] = id);
    known.put(id, new Work(proposal));
  }

  private Work work(ProposalId id) {
    Work work = known.get(id);
    if (work == null) {
      throw new IllegalStateException("rank " + rank + " has not prepared " + id);
    }
    return work;
  }

  @Override
  public CompletionStage<Void> receive(ProposalId id, int buffer) {
    Copy last = copies[buffer];
    if (last != null && last.proposal.equals(id)) {
      return last.ended; // Also after the release: it may be running.
    }
    Work work = known.get(id);
    if (work == null) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("rank " + rank + " has not prepared " + id));
    }
    Copy copy = new Copy(id, new CompletableFuture<>());
    copies[buffer] = copy;
    start(id.layer(), work.into(buffer), copy.ended);
    return copy.ended;
  }

  private void start(int layer, Proposal.Receive copy, CompletableFuture<Void> ended) {
    CompletionStage<Void> stage;
    try {
      Place source = copy.source();
      stage =
          source.equals(Place.CHECKPOINT)
              ? weights.load(layer, copy.expert(), rank, copy.buffer())
              : weights.receive(layer, source.rank(), source.index(), rank, copy.buffer());
    } catch (Throwable thrown) { // Any fault of the engine costs this layer only.
      ended.completeExceptionally(thrown);
      return;
    }
    try {
      stage.whenComplete(
          (nothing, thrown) -> {
            if (thrown == null) {
              ended.complete(null);
            } else {
              ended.completeExceptionally(thrown);
            }
          });
    } catch (Throwable thrown) {
      // No stage, or a broken one: the end of writing to the buffer will never be known.
      throw new InternalException("the engine gave no stage to wait for", thrown);
    }
  }

  @Override
  public CompletionStage<Void> release(ProposalId id) {
    return did(() -> forget(id));
  }

  private void forget(ProposalId id) {
    Work work = known.get(id);
    if (work != null && work.exchangedFor != null && !gate.isBroken()) {
      throw new IllegalStateException("the outcome of " + work.exchangedFor + " is not known yet");
    }
    if (id.update() == update) {
      released.add(id);
    }
    if (known.remove(id) != null) {
      for (int buffer = 0; buffer < owner.length; buffer++) {
        if (id.equals(owner[buffer])) {
          owner[buffer] = null;
        }
      }
    }
  }

  @Override
  public CompletionStage<Long> hold(SwitchId id, long asked, Duration limit) {
    return answer(
        () -> {
          if (asked != incarnation) {
            throw new IllegalStateException("rank " + rank + " has restarted");
          }
          return CompletableFuture.completedFuture(gate.hold(id, limit));
        });
  }

  @Override
  public CompletionStage<Void> drain(SwitchId id, long fence) {
    return answer(() -> gate.drain(rank, id, fence));
  }

  @Override
  public CompletionStage<Long> endedBelow() {
    return answer(() -> CompletableFuture.completedFuture(gate.endedBelow(rank)));
  }

  @Override
  public CompletionStage<Void> exchange(SwitchId id, ProposalId proposal) {
    return did(() -> exchange(id, work(proposal)));
  }

  private void exchange(SwitchId id, Work work) {
    gate.requireSwitching(id);
    if (id.equals(work.exchangedFor)) {
      return;
    }
    for (Proposal.Receive receive : work.proposal.receives()) {
      Copy copy = copies[receive.buffer()];
      if (copy == null || !copy.ended.isDone() || copy.ended.isCompletedExceptionally()) {
        throw new IllegalStateException(
            "buffer %d of rank %d has not been received".formatted(receive.buffer(), rank));
      }
    }
    List<Proposal.Exchange> exchanges = work.proposal.exchanges();
    int layer = work.proposal.id().layer();
    int done = 0;
    try {
      for (Proposal.Exchange exchange : exchanges) {
        weights.exchange(layer, rank, exchange.slot(), exchange.buffer());
        done++;
      }
      work.exchangedFor = id;
    } catch (Throwable thrown) { // After any fault memory has to agree with a table again.
      String where =
          "layer %d, rank %d, slot %d could not be exchanged: %s"
              .formatted(layer, rank, exchanges.get(done).slot(), FailureReason.words(thrown));
      LOG.warn("{}", where, thrown);
      undo(work.proposal, done);
      throw new IllegalStateException(where, thrown);
    }
  }

  /** Takes back the first exchanges of a proposal, last to first. */
  private void undo(Proposal proposal, int done) {
    for (int index = done - 1; index >= 0; index--) {
      Proposal.Exchange exchange = proposal.exchanges().get(index);
      for (int attempt = 1; ; attempt++) {
        try {
          weights.exchange(proposal.id().layer(), rank, exchange.slot(), exchange.buffer());
          break;
        } catch (Throwable thrown) { // As above.
          if (attempt == ATTEMPTS) {
            throw lost(proposal.id().layer(), exchange.slot(), thrown);
          }
        }
      }
    }
  }

  private InternalException lost(int layer, int slot, Throwable thrown) {
    String where =
        "layer %d, rank %d, slot %d could not be put back: %s; memory agrees with no table"
            .formatted(layer, rank, slot, FailureReason.words(thrown));
    LOG.error("{}", where, thrown);
    gate.fail(where);
    return new InternalException(where, thrown);
  }

  @Override
  public CompletionStage<Void> commit(SwitchId id, ExpertTable table) {
    return did(
        () -> {
          known.values().forEach(work -> work.settle(id));
          gate.commit(rank, id, table);
        });
  }

  @Override
  public CompletionStage<Void> abort(SwitchId id) {
    return did(
        () -> {
          gate.requireNotBroken();
          for (Work work : known.values()) {
            if (id.equals(work.exchangedFor)) {
              undo(work.proposal, work.proposal.exchanges().size());
              work.exchangedFor = null;
            }
          }
          gate.abort(rank, id);
        });
  }

  @Override
  public void lost() {
    gate.lose(rank);
  }

  @Override
  public void returned() {
    gate.readmit(rank);
  }

  /** A copy into a buffer, which may be running. */
  private record Copy(ProposalId proposal, CompletableFuture<Void> ended) {}

  /** A proposal that was prepared. */
  private static final class Work {
    private final Proposal proposal;

    /** The switch that it was exchanged for, while its outcome is not known. */
    private @Nullable SwitchId exchangedFor;

    Work(Proposal proposal) {
      this.proposal = proposal;
    }

    Proposal.Receive into(int buffer) {
      for (Proposal.Receive receive : proposal.receives()) {
        if (receive.buffer() == buffer) {
          return receive;
        }
      }
      throw new InternalException(
          "buffer %d receives nothing for %s".formatted(buffer, proposal.id()));
    }

    void settle(SwitchId id) {
      if (id.equals(exchangedFor)) {
        exchangedFor = null;
      }
    }
  }
}
