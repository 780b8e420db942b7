package io.eplb.core.update.promise;

import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A planner from its election on: it takes the record over, and then updates layers at random. */
final class PlannerProcess {
  private static final int LONGEST_REST = 3_000_000;

  private final long epoch;
  private final Cluster cluster;
  private final Party party;
  private final RecordClient record;
  private final @Nullable RankAgent[] members;
  private @Nullable EplbContext context;
  private @Nullable PromisedUpdater updater;
  private boolean updating;
  private boolean running;

  PlannerProcess(long epoch, Cluster cluster) {
    this.epoch = epoch;
    this.cluster = cluster;
    this.party = new Party("planner " + epoch, cluster.time(), cluster.random());
    this.record = cluster.connect(party);
    this.members = new RankAgent[cluster.ranks()];
  }

  void start() {
    untilAnswered(
        () -> record.takeOver(epoch).thenCompose(entry -> record.table()), this::tookOver);
  }

  private <T> void untilAnswered(Supplier<CompletionStage<T>> request, Consumer<T> then) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    answer.minimalCompletionStage().thenAccept(then);
    ask(request, answer);
  }

  private <T> void ask(Supplier<CompletionStage<T>> request, CompletableFuture<T> answer) {
    if (!answer.isDone()) {
      request.get().thenAccept(answer::complete);
      party.schedule(() -> ask(request, answer), cluster.rankSettings().patience());
    }
  }

  private void tookOver(RecordedTable recorded) {
    RecordEntry entry = recorded.entry();
    if (entry.epoch() != epoch) {
      return; // Deposed before it has begun.
    }
    EplbContext own = new EplbContext(recorded.table());
    context = own;
    updater =
        new PromisedUpdater(
            record,
            recorded,
            own,
            cluster.topology(),
            SimulatedMemory.EXPERT_BYTES,
            cluster.settings(),
            party);
    lookAtMembers();
    updateLater();
  }

  /** Learns which ranks are members, a little later than they are. */
  private void lookAtMembers() {
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      RankAgent member = cluster.rank(rank).member();
      if (member != members[rank]) {
        updater().rankLost(rank);
        if (member != null) {
          updater().rankReturned(rank, new RemoteRank(party, member, cluster.network()));
        }
        members[rank] = member;
      }
    }
    party.schedule(this::lookAtMembers, cluster.rankSettings().look());
  }

  /** Updates layers again and again. */
  void keepUpdating() {
    updating = true;
  }

  /** Begins no more updates by itself. */
  void rest() {
    updating = false;
  }

  /** Returns whether it could begin an update. */
  boolean isIdle() {
    return updater != null && !running;
  }

  private void updateLater() {
    party.schedule(this::updateNow, Duration.ofNanos(1 + cluster.random().nextInt(LONGEST_REST)));
  }

  private void updateNow() {
    if (updating) {
      update(Placements.random(cluster.random(), cluster.topology(), layers()))
          .thenAccept(report -> updateLater());
    }
  }

  private int layers() {
    return cluster.record().table().layers();
  }

  /** Updates all layers, in any order. */
  CompletionStage<UpdateReport> update(Placement next) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, layers()).boxed().toList());
    Collections.shuffle(order, cluster.random());
    running = true;
    CompletableFuture<UpdateReport> answer = new CompletableFuture<>();
    updater()
        .update(
            context().current().version(),
            next,
            order.stream().mapToInt(Integer::intValue).toArray())
        .thenAccept(
            report -> {
              running = false;
              cluster.trace().add(party, report);
              answer.complete(report);
            });
    return answer.minimalCompletionStage();
  }

  private EplbContext context() {
    return Objects.requireNonNull(context);
  }

  private PromisedUpdater updater() {
    return Objects.requireNonNull(updater);
  }

  Party party() {
    return party;
  }
}
