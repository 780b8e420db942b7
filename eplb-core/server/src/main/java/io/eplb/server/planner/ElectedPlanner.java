package io.eplb.server.planner;

import io.eplb.api.ExpertTable;
import io.eplb.core.cluster.Candidate;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.Leadership;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.runtime.ClusterRuntime;
import io.eplb.core.runtime.CycleListener;
import io.eplb.core.runtime.DeposedException;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.GroupConnection;
import io.eplb.server.cluster.HeldRecord;
import io.eplb.server.cluster.Patience;
import io.eplb.server.observe.PlannerFigures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that stands for election, plans while it leads, and stands again when it is deposed.
 *
 * <pre>
 *   STANDING ──elected──▶ LEADING(epoch) ──leadership lost, or a greater epoch──▶ STANDING
 * </pre>
 */
public final class ElectedPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(ElectedPlanner.class);

  /** The time between two looks for a record that no rank has created yet. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Duration EVER = Duration.ofDays(365);

  private final ClusterAccess access;
  private final Function<ExpertTable, ClusterRuntime.Builder> builder;
  private final Patience patience;
  private final GroupConnection connection = new GroupConnection();
  private volatile CycleListener listener = report -> {};
  private volatile @Nullable ClusterRuntime leading;

  /**
   * Creates the process; {@link #run} starts it.
   *
   * @param access the group and its record; stays the caller's to close
   * @param builder makes a planner for tables of the shape of the one in force
   * @param patience ends the planner; the ranks serve on
   */
  public ElectedPlanner(
      ClusterAccess access,
      Function<ExpertTable, ClusterRuntime.Builder> builder,
      Patience patience) {
    this.patience = patience;
    this.access = access;
    this.builder = builder;
  }

  /** Tells a listener of the cycles of all leaderships that are still to come. */
  void listen(CycleListener newListener) {
    listener = newListener;
  }

  /** Returns what the planner is doing. */
  PlannerFigures figures() {
    return new PlannerFigures(
        connection.now(), Optional.ofNullable(leading).map(ClusterRuntime::state));
  }

  /** Returns the reason why it neither leads nor stands by, on one line; empty if it does. */
  Optional<String> whyUnready() {
    return connection.now() == Connection.CONNECTED
        ? Optional.empty()
        : Optional.of("the planner's group is out of reach; the ranks serve on");
  }

  /**
   * Runs until it is told to end.
   *
   * @param address where others reach this process, for people
   * @throws EndedException when it is told to end; the ranks serve on
   * @throws io.eplb.api.EplbException if the configuration, or its policy, does not fit the group
   */
  @SuppressWarnings("try") // The watch is held, not used.
  public void run(String address) throws InterruptedException, EndedException {
    try (RankGroup.Watch watch = access.group().listen(connection);
        Standing standing = new Standing(address)) {
      while (true) {
        LOG.info("the planner stands for election");
        Leadership leadership = patience.get("standing for election", EVER, standing::anew);
        LOG.info("the planner leads with epoch {}", leadership.epoch());
        try (CommitRecord record = record()) {
          lead(leadership, record);
        }
      }
    }
  }

  /** Returns the record, once the ranks have created it. */
  private CommitRecord record() throws InterruptedException, EndedException {
    boolean told = false;
    while (true) {
      Optional<CommitRecord> found = patience.get("finding the record", access::find);
      if (found.isPresent()) {
        return HeldRecord.ifWatched(found.get());
      }
      if (!told) {
        LOG.info("the planner waits for the ranks: they have not agreed on a first table yet");
        told = true;
      }
      patience.pause(LOOK);
    }
  }

  private void lead(Leadership leadership, CommitRecord record)
      throws InterruptedException, EndedException {
    ExpertTable table = patience.get("reading the table", record::table).table();
    Optional<ClusterRuntime> started =
        patience.get(
            "taking the record over", EVER, () -> unlessDeposed(start(table, leadership, record)));
    if (started.isPresent()) {
      try (ClusterRuntime runtime = started.get()) {
        leading = runtime;
        patience.get("planning", EVER, runtime::ended);
      } finally {
        leading = null;
      }
    }
  }

  private CompletionStage<ClusterRuntime> start(
      ExpertTable table, Leadership leadership, CommitRecord record) {
    return builder
        .apply(table)
        .listener(report -> listener.cycleEnded(report))
        .start(access.group(), leadership, record);
  }

  /** Returns the planner; empty if another has been elected meanwhile. */
  private static CompletionStage<Optional<ClusterRuntime>> unlessDeposed(
      CompletionStage<ClusterRuntime> start) {
    return start
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              return cause instanceof DeposedException
                  ? CompletableFuture.completedFuture(Optional.empty())
                  : CompletableFuture.failedFuture(cause);
            });
  }

  /** The candidate of this process. */
  private final class Standing implements AutoCloseable {
    private final String address;
    private @Nullable Candidate candidate;

    Standing(String address) {
      this.address = address;
    }

    /** Stands as a new candidate; one that has lost is never elected again. */
    CompletionStage<Leadership> anew() {
      close();
      Candidate next = access.group().stand(address);
      candidate = next;
      return next.elected();
    }

    @Override
    public void close() {
      Candidate now = candidate;
      if (now != null) {
        now.close();
      }
    }
  }
}
