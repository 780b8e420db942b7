package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.argument.Require;
import io.eplb.core.context.EplbContext;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.layer.LayerUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The elected planner's hand: brings the memory, the table in force and the steps of ranks in many
 * processes from one placement to another, layer by layer, while all of them serve. The package
 * comment describes the protocol.
 *
 * <p>Thread-safe. One update runs at a time. Returned stages complete on the timeline; actions that
 * follow there have to be short.
 */
public final class PromisedUpdater implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PromisedUpdater.class);

  /** The time between two requests to the record, unless the switch timeout is shorter. */
  private static final Duration RECORD_INTERVAL = Duration.ofMillis(200);

  /** The most time between the fastest rank and a fence, in switch timeouts. */
  private static final int LONGEST_LEAD = 4;

  private final EplbContext context;
  private final Group group;
  private final long expertBytes;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  // The following belong to the timeline.

  /** The first step of the version in force. */
  private long fence;

  private @Nullable PromisedRun run;
  private CompletableFuture<UpdateReport> answer = new CompletableFuture<>();
  private boolean closing;

  // Written on the timeline, read by everyone.
  private volatile List<LayerProgress> progress = List.of();

  /**
   * Creates the updater of a planner that has {@linkplain CommitRecord#takeOver taken the record
   * over}. Every rank is away until it has {@linkplain #rankReturned come}.
   *
   * @param start the entry after that, and the table in force
   * @param context a context at that table; nothing else writes to it
   * @param expertBytes the bytes of one expert's weights in one layer, 1 or more
   * @param timeline stays the caller's to close, after this has been {@link #closed}
   * @throws InvalidInputException if record, context and topology are not of one shape and version
   */
  public PromisedUpdater(
      CommitRecord record,
      CommitRecord.RecordedTable start,
      EplbContext context,
      EpTopology topology,
      long expertBytes,
      UpdateSettings settings,
      Timeline timeline) {
    ExpertTable table = start.table();
    requireSame("the topology's experts", topology.experts(), table.experts());
    requireSame("the topology's ranks", topology.ranks(), table.ranks());
    requireSame("the topology's slots per rank", topology.slotsPerRank(), table.slotsPerRank());
    requireSame("the version of the context", context.current().version(), table.version());
    Require.inRange("the bytes of an expert", expertBytes, 1, Long.MAX_VALUE);
    this.context = context;
    this.expertBytes = expertBytes;
    this.fence = start.entry().fence();
    List<LosableLink> ranks = new ArrayList<>();
    for (int rank = 0; rank < table.ranks(); rank++) {
      ranks.add(new LosableLink(rank));
    }
    Duration timeout = settings.switchTimeout();
    this.group =
        new Group(
            start.entry().epoch(),
            record,
            topology,
            List.copyOf(ranks),
            settings,
            timeline,
            this::post,
            new RepeatedRequests(
                timeline,
                this::post,
                RECORD_INTERVAL.compareTo(timeout) < 0 ? RECORD_INTERVAL : timeout),
            new RepeatedRequests(timeline, this::post, timeout),
            new Names(start.entry().epoch()),
            new Lead(timeout.multipliedBy(LONGEST_LEAD)));
  }

  private static void requireSame(String what, long value, long expected) {
    if (value != expected) {
      throw new InvalidInputException(
          "%s are %d; the record's table has %d".formatted(what, value, expected));
    }
  }

  /**
   * Starts an update.
   *
   * @param expectedVersion the version of the table that {@code next} was made for
   * @param next the placement with the new rows and replica order; its other layers are ignored
   * @param layersInPriorityOrder the layers to bring to their new rows, the most urgent first, each
   *     once
   * @return completes, never with an exception, when every layer is committed and carried out by
   *     all ranks, or aborted; if the version is not the current one, another update is running, a
   *     rank is away or this is closed, all are aborted
   * @throws InvalidInputException if {@code next} has another shape or an invalid row among the
   *     layers, or a layer does not exist or is named twice; nothing was started
   */
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Placement next, int[] layersInPriorityOrder) {
    return update(expectedVersion, LayerUpdate.of(context.current(), next, layersInPriorityOrder));
  }

  /**
   * Starts an update to a policy's answer, as the other method: copies come from the sources that
   * the answer wishes for, where these live and hold the expert.
   */
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Rebalance wanted, int[] layersInPriorityOrder) {
    return update(
        expectedVersion, LayerUpdate.of(context.current(), wanted, layersInPriorityOrder));
  }

  private CompletionStage<UpdateReport> update(long expectedVersion, List<LayerUpdate> updates) {
    CompletableFuture<UpdateReport> wanted = new CompletableFuture<>();
    try {
      group.timeline().execute(() -> handle(() -> begin(expectedVersion, updates, wanted)));
    } catch (RejectedExecutionException ended) {
      refuse(updates, wanted, AbortReason.SHUTDOWN, "the updater's timeline has ended");
    }
    return wanted.minimalCompletionStage();
  }

  private void begin(
      long expectedVersion, List<LayerUpdate> work, CompletableFuture<UpdateReport> wanted) {
    ExpertTable table = context.current();
    LosableLink away = group.ranks().stream().filter(LosableLink::isLost).findFirst().orElse(null);
    if (closing) {
      refuse(work, wanted, AbortReason.SHUTDOWN, "the updater is closed");
    } else if (run != null) {
      refuse(work, wanted, AbortReason.BUSY, "another update is running");
    } else if (table.version() != expectedVersion) {
      refuse(
          work,
          wanted,
          AbortReason.STALE,
          "the update is for version %d; the record is at version %d"
              .formatted(expectedVersion, table.version()));
    } else if (away != null) {
      refuse(
          work,
          wanted,
          AbortReason.UNAVAILABLE,
          "rank %d is away; updates wait for it".formatted(away.rank()));
    } else {
      run = new PromisedRun(group, table, fence, work, this::committed);
      answer = wanted;
      run.start();
    }
  }

  /** Follows the record, which has committed a table. */
  private void committed(ExpertTable table, long from) {
    ExpertTable before = context.current();
    List<Integer> changed = new ArrayList<>();
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!before.sameLayer(layer, table.placement())) {
        changed.add(layer);
      }
    }
    context.replaceLayers(
        before.version(),
        changed.stream().mapToInt(Integer::intValue).toArray(),
        table.placement());
    fence = from;
  }

  /**
   * Goes on without a rank whose process is gone: aborts the layers that are not committed. Updates
   * wait until it has returned; the others serve on.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public void rankLost(int rank) {
    Require.index("rank", rank, group.ranks().size());
    post(
        () -> {
          if (run != null) {
            run.abortAll(AbortReason.UNAVAILABLE, "rank " + rank + " is away");
          }
          group.ranks().get(rank).lose();
        });
  }

  /**
   * Takes a rank in that has started from the record's table, or was only out of reach.
   *
   * @param link asks this start of the rank; it replaces an earlier one
   * @throws InvalidInputException if there is no such rank
   */
  public void rankReturned(int rank, RankLink link) {
    Require.index("rank", rank, group.ranks().size());
    post(() -> group.ranks().get(rank).takeBack(link));
  }

  private void refuse(
      List<LayerUpdate> work,
      CompletableFuture<UpdateReport> wanted,
      AbortReason reason,
      String explanation) {
    long version = context.current().version();
    work.forEach(layer -> layer.abort(reason, explanation));
    wanted.complete(
        UpdateReport.refused(version, work.stream().map(LayerUpdate::progress).toList()));
  }

  /** Hands an event to the timeline; after its end the event has no effect. */
  private void post(Runnable event) {
    try {
      group.timeline().execute(() -> handle(event));
    } catch (RejectedExecutionException ended) {
      LOG.debug("an event came after the end of the timeline", ended);
    }
  }

  /** Handles one event, and advances the update. */
  private void handle(Runnable event) {
    try {
      event.run();
      if (run != null) {
        run.advance();
      }
    } catch (RuntimeException | Error thrown) { // Serving goes on; the update ends.
      LOG.error("the update is given up", thrown);
      if (run != null) {
        run.abortAll(
            AbortReason.INTERNAL, "the updater has failed: " + FailureReason.words(thrown));
      }
    }
    publish();
  }

  private void publish() {
    PromisedRun current = run;
    if (current != null) {
      progress = current.progress();
      if (current.isOver()) {
        run = null;
        answer.complete(current.report(expertBytes));
      }
    }
    if (closing && run == null && !closed.isDone()) {
      group.recordRequests().stop();
      group.messages().stop();
      closed.complete(null);
    }
  }

  /** Returns the progress of the layers of the running or last update, by priority. */
  public List<LayerProgress> progress() {
    return progress;
  }

  /**
   * Aborts layers that are not committed and takes no more updates; returns at once. Serving goes
   * on. Closing again has no effect.
   */
  @Override
  public void close() {
    try {
      group
          .timeline()
          .execute(
              () -> {
                closing = true;
                handle(
                    () -> {
                      if (run != null) {
                        run.abortAll(AbortReason.SHUTDOWN, "the updater is closed");
                      }
                    });
              });
    } catch (RejectedExecutionException ended) {
      closed.complete(null);
    }
  }

  /** Completes after {@link #close} when all layers have ended. */
  public CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }
}
