package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A rank of another process, as a planner sees it behind a link. */
final class RemoteRank implements RankAgent {
  /** The time that it waits for the end of a copy until it asks again. */
  private static final long ASK_AGAIN = 3_000_000;

  private final VirtualTime time;
  private final RankProcess process;
  private final Link link;
  private final int buffers;
  private final List<CompletableFuture<Void>> copies = new ArrayList<>();
  private BiConsumer<String, RankProcess> arrival = (request, rank) -> {};
  private Predicate<String> dropped = request -> false;

  /** The switch whose requests are stuck for a time, while others pass them. */
  private @Nullable SwitchId stuck;

  private long stuckUntil;
  private BooleanSupplier asking = () -> true;

  RemoteRank(VirtualTime time, RankProcess process, Link link) {
    this.time = time;
    this.process = process;
    this.link = link;
    this.buffers = process.side().buffers();
  }

  /** Lets something happen whenever a request gets there, before it is looked at. */
  void onArrival(BiConsumer<String, RankProcess> action) {
    arrival = action;
  }

  /** Loses requests from now on. */
  void drop(Predicate<String> which) {
    dropped = which;
  }

  /** Asks for the end of copies no longer than this holds. */
  void askAsLongAs(BooleanSupplier alive) {
    asking = alive;
  }

  Link link() {
    return link;
  }

  private <T> CompletionStage<T> call(
      String name, Function<RankAgent, CompletionStage<T>> request) {
    return call(name, null, request);
  }

  private <T> CompletionStage<T> call(
      String name, @Nullable SwitchId id, Function<RankAgent, CompletionStage<T>> request) {
    return link.call(
        () -> {
          if (dropped.test(name)) {
            return new CompletableFuture<>();
          }
          arrival.accept(name, process);
          // What was sent to an earlier incarnation reaches a later one.
          return process.isAlive() ? request.apply(process.side()) : new CompletableFuture<>();
        },
        id != null && id.equals(stuck) ? stuckUntil : 0);
  }

  @Override
  public int buffers() {
    return buffers;
  }

  @Override
  public CompletionStage<Void> prepare(Proposal proposal) {
    return call("prepare", side -> side.prepare(proposal));
  }

  /** Asks until the rank has said that the copy has ended, or has lost it. */
  @Override
  public CompletionStage<Void> receive(ProposalId proposal, int buffer) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    copies.add(ended);
    askUntilEnded(proposal, buffer, ended);
    return ended;
  }

  private void askUntilEnded(ProposalId proposal, int buffer, CompletableFuture<Void> ended) {
    if (ended.isDone() || !asking.getAsBoolean()) {
      return;
    }
    call("receive", side -> side.receive(proposal, buffer))
        .whenComplete(
            (nothing, thrown) -> {
              if (thrown == null) {
                ended.complete(null);
              } else {
                ended.completeExceptionally(thrown);
              }
            });
    time.at(time.nanoTime() + ASK_AGAIN, () -> askUntilEnded(proposal, buffer, ended));
  }

  /** The rank has come back: nothing that was being copied to it is copied any more. */
  void lostItsState() {
    copies.forEach(copy -> copy.completeExceptionally(new IllegalStateException("it has died")));
    copies.clear();
  }

  @Override
  public CompletionStage<Void> release(ProposalId proposal) {
    return call("release", side -> side.release(proposal));
  }

  @Override
  public CompletionStage<Long> join(long update, long version) {
    return call("join", side -> process.join(update, version));
  }

  @Override
  public CompletionStage<Long> hold(SwitchId id, long incarnation, Duration limit) {
    if (link.happens(faults -> faults.switchIsStuck)) {
      stuck = id;
      stuckUntil = time.nanoTime() + link.outage();
    }
    return call("hold", id, side -> process.hold(id, incarnation, limit));
  }

  @Override
  public CompletionStage<Void> drain(SwitchId id, long fence) {
    return call("drain", id, side -> side.drain(id, fence));
  }

  @Override
  public CompletionStage<Void> exchange(SwitchId id, ProposalId proposal) {
    return call("exchange", id, side -> side.exchange(id, proposal));
  }

  @Override
  public CompletionStage<Void> commit(SwitchId id, ExpertTable table) {
    return call("commit", id, side -> process.commit(id, table));
  }

  @Override
  public CompletionStage<Void> abort(SwitchId id) {
    return call("abort", id, side -> process.abort(id));
  }

  @Override
  public CompletionStage<Long> endedBelow() {
    return call("endedBelow", RankAgent::endedBelow);
  }
}
