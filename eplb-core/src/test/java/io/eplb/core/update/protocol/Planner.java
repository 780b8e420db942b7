package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  private long failedAt = -1;
  private boolean failsNext;
  private int failures;

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
    this.view = new View(record, toRecord, this::mayFail);
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

  /** Lets the planner fail, now and then, when it has asked the record; not twice at a time. */
  private void mayFail(Link toRecord) {
    if (toRecord.happens(faults -> faults.plannerFails) && failedAt != time.nanoTime()) {
      failedAt = time.nanoTime();
      failsNext = true;
      failures++;
    }
  }

  /** Returns the number of faults of the planner itself. */
  int failures() {
    return failures;
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
    if (failsNext) {
      failsNext = false;
      throw new StackOverflowError("a fault of the planner");
    }
    return time.schedule(() -> run(task), delay);
  }

  private void run(Runnable task) {
    if (alive && time.nanoTime() < goesOnAt) {
      time.at(goesOnAt, () -> run(task));
    } else if (alive) {
      task.run();
    }
  }

  /** The planner's view of the record: the state that it has last read or committed. */
  private static final class View implements CommitRecord {
    private final SimulatedRecord record;
    private final Link link;
    private final Consumer<Link> asked;
    private ExpertTable known;

    View(SimulatedRecord record, Link link, Consumer<Link> asked) {
      this.record = record;
      this.link = link;
      this.asked = asked;
      this.known = record.current();
    }

    @Override
    public ExpertTable current() {
      return known;
    }

    @Override
    public CompletionStage<Void> propose(SwitchId id) {
      return mayFail(() -> link.call(() -> record.propose(id)));
    }

    @Override
    public CompletionStage<Decision> commit(
        SwitchId id, long expectedVersion, int[] layers, Placement rows) {
      CompletionStage<Decision> decided =
          mayFail(() -> link.call(() -> record.commit(id, expectedVersion, layers, rows)));
      asked.accept(link);
      if (decided != null) {
        decided.thenAccept(decision -> learn(decision.table()));
      }
      return decided;
    }

    /** Makes a request; or throws, or has no stage, whether or not the request was made. */
    @SuppressWarnings("NullAway") // A record should not answer so.
    private <T> CompletionStage<T> mayFail(Supplier<CompletionStage<T>> request) {
      if (!link.happens(faults -> faults.recordFails)) {
        return request.get();
      }
      if (link.happens(faults -> 0.5)) {
        var unused = request.get(); // The answer is lost.
      }
      if (link.happens(faults -> 0.3)) {
        return null;
      }
      if (link.happens(faults -> 0.5)) {
        throw new StackOverflowError("the record's client");
      }
      throw new IllegalStateException("the record's client");
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
