package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A process that updates layers, with its own view of the record and of the ranks. It crashes, or
 * stands still for a time and does not know that another has taken its place.
 */
final class Planner implements Timeline {
  private final VirtualTime time;
  private final List<RemoteRank> ranks;
  private final View view;
  private final LayerUpdater updater;
  private boolean alive = true;
  private long goesOnAt;

  /**
   * Starts one.
   *
   * @param number of the planner, from 1 on: later ones have later updates
   */
  Planner(
      int number,
      VirtualTime time,
      EpTopology topology,
      SimulatedRecord record,
      Link toRecord,
      List<RemoteRank> ranks,
      UpdateSettings settings) {
    this.time = time;
    this.ranks = ranks;
    this.view = new View(record, toRecord);
    this.updater = new LayerUpdater(view, topology, ranks, 8, number * 1_000L, settings, this);
    ranks.forEach(rank -> rank.askAsLongAs(() -> alive));
    lookAtTheRecord();
  }

  private void lookAtTheRecord() {
    view.look();
    schedule(this::lookAtTheRecord, Duration.ofMillis(10));
  }

  /** Loses all that it knows; what it has sent is on its way. */
  void crash() {
    alive = false;
  }

  /** Does nothing for a time, and goes on as if nothing had happened. */
  void standStill(Duration duration) {
    goesOnAt = time.nanoTime() + duration.toNanos();
  }

  boolean isAlive() {
    return alive;
  }

  LayerUpdater updater() {
    return updater;
  }

  RemoteRank rank(int rank) {
    return ranks.get(rank);
  }

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    time.execute(() -> run(task));
  }

  @Override
  public Scheduled schedule(Runnable task, Duration delay) {
    return time.schedule(() -> run(task), delay);
  }

  private void run(Runnable task) {
    if (alive && time.nanoTime() < goesOnAt) {
      time.at(goesOnAt, () -> run(task));
    } else if (alive) {
      task.run();
    }
  }

  /** What the planner knows of the record: what it has last read or committed. */
  private static final class View implements CommitRecord {
    private final SimulatedRecord record;
    private final Link link;
    private ExpertTable known;

    View(SimulatedRecord record, Link link) {
      this.record = record;
      this.link = link;
      this.known = record.current();
    }

    @Override
    public ExpertTable current() {
      return known;
    }

    @Override
    public CompletionStage<Void> propose(SwitchId id) {
      return link.call(() -> record.propose(id));
    }

    @Override
    public CompletionStage<Decision> commit(
        SwitchId id, long expectedVersion, int[] layers, Placement rows) {
      return link.call(() -> record.commit(id, expectedVersion, layers, rows))
          .thenApply(
              decision -> {
                learn(decision.table());
                return decision;
              });
    }

    private void learn(@Nullable ExpertTable table) {
      if (table != null && table.version() > known.version()) {
        known = table;
      }
    }

    void look() {
      link.call(() -> CompletableFuture.completedFuture(record.current())).thenAccept(this::learn);
    }
  }
}
