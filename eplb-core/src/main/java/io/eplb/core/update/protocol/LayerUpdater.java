package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.argument.Require;
import io.eplb.core.context.EplbContext;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.ExpertWeights;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.layer.LayerUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an engine's memory, the table in force and the steps from one placement to another, layer
 * by layer, while the engine serves. The package comment describes the protocol and its invariants.
 *
 * <p>Thread-safe. One update runs at a time. Returned stages complete on the timeline; actions that
 * follow there have to be short.
 */
public final class LayerUpdater implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerUpdater.class);

  private final EngineAccess engine;
  private final List<LosableRank> ranks = new ArrayList<>();
  private final long expertBytes;

  /** Returns the table that steps get. */
  private final Supplier<ExpertTable> serving;

  /** Tells the listeners of this process's record; not called while steps wait. */
  private final Runnable tellListeners;

  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  // The following belong to the timeline.
  private @Nullable UpdateRun run;
  private long lastUpdate;

  private CompletableFuture<UpdateReport> answer = new CompletableFuture<>();
  private boolean closing;

  // Written on the timeline, read by everyone.
  private volatile List<LayerProgress> progress = List.of();
  private volatile int held;
  private volatile int setAside;

  /**
   * Creates an updater; nothing else should write to its context, weights and gate.
   *
   * @param weights memory of the table's shape
   * @param gate a gate of that shape for all ranks
   * @param timeline the caller closes it, after this has been {@link #closed}
   * @throws InvalidInputException if context and topology are not of one shape, or the memory has
   *     no buffer or experts without bytes
   */
  public LayerUpdater(
      EplbContext context,
      EpTopology topology,
      ExpertWeights weights,
      StepGate gate,
      UpdateSettings settings,
      Timeline timeline) {
    requireShape(context.current(), topology);
    if (weights.buffersPerRank() < 1 || weights.expertBytes() < 1) {
      throw new InvalidInputException(
          "the weights have %d buffers per rank and %d bytes per expert; both must be at least 1"
              .formatted(weights.buffersPerRank(), weights.expertBytes()));
    }
    this.expertBytes = weights.expertBytes();
    this.tellListeners = context::tellListeners;
    this.serving = gate::current;
    this.engine =
        engine(
            new LocalCommitRecord(context),
            topology,
            LocalRanks.of(
                weights, gate, 1, settings.switchTimeout(), settings.transferTimeout(), this::post),
            settings,
            timeline);
  }

  /**
   * Creates an updater for ranks of several processes; nothing else should make requests of them.
   *
   * @param record the record that decides for all ranks; every rank serves with its table
   * @param agents all ranks, in order
   * @param expertBytes the bytes of one expert's weights in one layer
   * @param firstUpdate the number of the first update; greater than those of earlier updaters
   * @param timeline stays the caller's to close, after this has been {@link #closed}
   * @throws InvalidInputException if record, topology and ranks are not of one shape
   */
  public LayerUpdater(
      CommitRecord record,
      EpTopology topology,
      List<? extends RankAgent> agents,
      long expertBytes,
      long firstUpdate,
      UpdateSettings settings,
      Timeline timeline) {
    requireShape(record.current(), topology);
    requireSame("the ranks", agents.size(), topology.ranks());
    this.expertBytes = expertBytes;
    this.tellListeners = () -> {};
    this.serving = record::current;
    this.lastUpdate = firstUpdate - 1;
    this.engine = engine(record, topology, agents, settings, timeline);
  }

  private EngineAccess engine(
      CommitRecord record,
      EpTopology topology,
      List<? extends RankAgent> agents,
      UpdateSettings settings,
      Timeline timeline) {
    for (int rank = 0; rank < agents.size(); rank++) {
      ranks.add(new LosableRank(agents.get(rank), rank));
    }
    return new EngineAccess(
        record,
        topology,
        List.copyOf(ranks),
        new BufferLedger(ranks),
        settings,
        timeline,
        this::post,
        new RepeatedRequests(timeline, this::post, settings.switchTimeout()));
  }

  private static void requireShape(ExpertTable table, EpTopology topology) {
    requireSame("the topology's experts", topology.experts(), table.experts());
    requireSame("the topology's ranks", topology.ranks(), table.ranks());
    requireSame("the topology's slots per rank", topology.slotsPerRank(), table.slotsPerRank());
  }

  private static void requireSame(String what, int value, int expected) {
    if (value != expected) {
      throw new InvalidInputException(
          "%s are %d; the context's table has %d".formatted(what, value, expected));
    }
  }

  /**
   * Starts an update.
   *
   * @param expectedVersion the version of the table that {@code next} was made for
   * @param next the placement with the new rows and replica order; its other layers are ignored
   * @param layersInPriorityOrder the layers to bring to their new rows, the most urgent first, each
   *     once
   * @return completes, never with an exception, when every layer is committed or aborted; if the
   *     version is not the current one, another update is running or this is closed, all are
   *     aborted
   * @throws InvalidInputException if {@code next} has another shape or an invalid row among the
   *     layers, or a layer does not exist or is named twice; nothing was started
   */
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Placement next, int[] layersInPriorityOrder) {
    return update(
        expectedVersion, LayerUpdate.of(engine.record().current(), next, layersInPriorityOrder));
  }

  /**
   * Starts an update to a policy's answer, as the other method: copies come from the sources that
   * the answer wishes for, where these live and hold the expert.
   */
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Rebalance answer, int[] layersInPriorityOrder) {
    return update(
        expectedVersion, LayerUpdate.of(engine.record().current(), answer, layersInPriorityOrder));
  }

  private CompletionStage<UpdateReport> update(long expectedVersion, List<LayerUpdate> updates) {
    CompletableFuture<UpdateReport> wanted = new CompletableFuture<>();
    try {
      engine.timeline().execute(() -> handle(() -> begin(expectedVersion, updates, wanted)));
    } catch (RejectedExecutionException ended) {
      refuse(updates, wanted, AbortReason.SHUTDOWN, "the updater's timeline has ended");
    }
    return wanted.minimalCompletionStage();
  }

  private void begin(
      long expectedVersion, List<LayerUpdate> updates, CompletableFuture<UpdateReport> wanted) {
    ExpertTable inForce = engine.record().current();
    ExpertTable served = serving.get();
    if (closing) {
      refuse(updates, wanted, AbortReason.SHUTDOWN, "the updater is closed");
    } else if (run != null) {
      refuse(updates, wanted, AbortReason.BUSY, "another update is running");
    } else if (inForce.version() != expectedVersion) {
      refuse(
          updates,
          wanted,
          AbortReason.STALE,
          "the update is for version %d; the context is at version %d"
              .formatted(expectedVersion, inForce.version()));
    } else if (!sameRows(inForce, served)) {
      refuse(
          updates,
          wanted,
          AbortReason.STALE,
          "the rows of version %d are not those that serve, of version %d; put these back first"
              .formatted(inForce.version(), served.version()));
    } else if (firstAwayNeededBy(updates) >= 0) {
      refuse(
          updates,
          wanted,
          AbortReason.UNAVAILABLE,
          "rank %d has failed; its slots must be EMPTY".formatted(firstAwayNeededBy(updates)));
    } else {
      try {
        run = new UpdateRun(engine, ++lastUpdate, inForce, served, updates);
        answer = wanted;
        run.start();
      } catch (Throwable thrown) { // An internal fault; the caller has to hear of it.
        LOG.error("the update could not begin", thrown);
        run = null;
        refuse(
            updates,
            wanted,
            AbortReason.INTERNAL,
            "the updater has failed: " + FailureReason.words(thrown));
      }
    }
  }

  /** Returns the first rank away on which an update places an expert; −1 if there is none. */
  private int firstAwayNeededBy(List<LayerUpdate> updates) {
    for (int rank = 0; rank < ranks.size(); rank++) {
      int lost = rank;
      if (ranks.get(rank).isAway() && updates.stream().anyMatch(layer -> layer.needs(lost))) {
        return rank;
      }
    }
    return -1;
  }

  /**
   * Goes on without a rank that has failed: aborts the layers that are not committed, and waits for
   * the rank no more. Updates have to leave its slots EMPTY until it has returned. Steps wait while
   * the table in force places experts on it.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public void rankLost(int rank) {
    Require.index("rank", rank, ranks.size());
    post(
        () -> {
          if (run != null) {
            run.abortAll(AbortReason.UNAVAILABLE, "rank " + rank + " has failed");
          }
          ranks.get(rank).lose();
        });
  }

  /**
   * Takes a lost rank back: it takes part in the next update, which may place experts on it. No
   * table in force may place any on it before. Does nothing if it is not lost.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public void rankReturned(int rank) {
    Require.index("rank", rank, ranks.size());
    post(() -> ranks.get(rank).takeBack());
  }

  private static boolean sameRows(ExpertTable table, ExpertTable other) {
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!table.sameLayer(layer, other.placement())) {
        return false;
      }
    }
    return true;
  }

  private void refuse(
      List<LayerUpdate> updates,
      CompletableFuture<UpdateReport> wanted,
      AbortReason reason,
      String explanation) {
    long version = serving.get().version();
    for (LayerUpdate layer : updates) {
      layer.abort(reason, explanation);
    }
    wanted.complete(
        UpdateReport.refused(version, updates.stream().map(LayerUpdate::progress).toList()));
  }

  /** Hands an event to the timeline; after its end the event has no effect. */
  private void post(Runnable event) {
    try {
      engine.timeline().execute(() -> handle(event));
    } catch (RejectedExecutionException ended) {
      LOG.debug("an event came after the end of the timeline", ended);
    }
  }

  /** Handles one event, and advances the update. */
  private void handle(Runnable event) {
    try {
      event.run();
      if (run == null || !run.isSwitching()) {
        tell(); // Before the next switch begins.
      }
      if (run != null) {
        run.advance();
      }
    } catch (Throwable thrown) { // An internal fault ends the update; serving goes on.
      giveUp(thrown);
    }
    publish();
  }

  /** Ends the update after an internal fault; its caller gets an answer in any case. */
  private void giveUp(Throwable fault) {
    LOG.error("the update is given up", fault);
    UpdateRun failed = run;
    if (failed == null) {
      return;
    }
    String explanation = "the updater has failed: " + FailureReason.words(fault);
    try {
      failed.giveUp(explanation);
    } catch (Throwable again) {
      LOG.error("the update cannot be cleaned up; buffers may stay reserved", again);
      failed.abandon(explanation);
    }
  }

  private void publish() {
    held = engine.buffers().taken();
    setAside = engine.buffers().setAside();
    UpdateRun current = run;
    if (current != null) {
      progress = current.progress();
      if (current.isOver()) {
        run = null;
        answer.complete(current.report(expertBytes));
      }
    }
    if (closing && run == null) {
      engine.requests().stop();
      closed.complete(null);
    }
    if (closing && held == 0) {
      released.complete(null);
    }
  }

  private void tell() {
    try {
      tellListeners.run();
    } catch (RuntimeException | Error thrown) { // What is published stays so.
      LOG.error("a listener of the context has failed", thrown);
    }
  }

  /** Returns the progress of the layers of the running or last update, by priority. */
  public List<LayerProgress> progress() {
    return progress;
  }

  /** Returns the number of buffers of all ranks in use, those set aside included. */
  public int buffersHeld() {
    return held;
  }

  /** Returns the number of buffers set aside, since a copy that was given up may write to them. */
  public int buffersSetAside() {
    return setAside;
  }

  /**
   * Aborts layers that are not committed and takes no more updates; returns at once. Serving goes
   * on with the last committed table. Closing again has no effect.
   */
  @Override
  public void close() {
    try {
      engine
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
      released.complete(null);
    }
  }

  /**
   * Completes after {@link #close} when all layers have ended and all buffers are free, but for
   * those that an engine still writes to.
   */
  public CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }

  /**
   * Completes after {@link #close} when the last copy that was given up has ended and every buffer
   * is free; never, if a copy never ends or the timeline ends before it.
   */
  public CompletionStage<Void> released() {
    return released.minimalCompletionStage();
  }
}
