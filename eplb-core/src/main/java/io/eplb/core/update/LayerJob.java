package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.migration.BufferedMigration;
import io.eplb.core.migration.MigrationStages;
import org.jspecify.annotations.Nullable;

/** What has to be done for one layer, and how far it is. Belongs to the updater's timeline. */
final class LayerJob {
  private final int layer;
  private final ExpertTable target;
  private LayerPhase phase = LayerPhase.WAITING;
  private int commits;
  private @Nullable AbortReason reason;
  private String explanation = "";

  /** The next shipment, if it has been worked out, and for how many buffers. */
  private @Nullable Shipment next;

  private int nextBuffers;

  /**
   * Creates a job.
   *
   * @param target has the layer's new row and replica order; its other layers do not matter
   */
  LayerJob(int layer, ExpertTable target) {
    this.layer = layer;
    this.target = target;
  }

  int layer() {
    return layer;
  }

  LayerPhase phase() {
    return phase;
  }

  LayerProgress progress() {
    return new LayerProgress(layer, phase, commits, reason, explanation);
  }

  void enter(LayerPhase entered) {
    phase = entered;
  }

  void abort(AbortReason why, String details) {
    phase = LayerPhase.ABORTED;
    reason = why;
    explanation = details;
    next = null;
  }

  /** Takes note of a commit; returns whether it was the last. */
  boolean committed(ExpertTable table) {
    commits++;
    next = null;
    phase = isAtTarget(table) ? LayerPhase.COMMITTED : LayerPhase.WAITING;
    return phase == LayerPhase.COMMITTED;
  }

  boolean isAtTarget(ExpertTable table) {
    return table.sameLayer(layer, target.placement());
  }

  /** Returns whether a rank's slots differ from what they are to be. */
  boolean changes(ExpertTable table, int rank) {
    for (int slot = 0; slot < table.slotsPerRank(); slot++) {
      if (table.expertAt(layer, rank, slot) != target.expertAt(layer, rank, slot)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Works out what comes next on the way from a table, which differs, with so many buffers.
   *
   * @param update names the update
   */
  Shipment nextShipment(ExpertTable table, int buffers, long update, EngineAccess engine) {
    Shipment known = next;
    if (known != null && nextBuffers == buffers) {
      return known;
    }
    MigrationStages stages = MigrationStages.of(table, target, layer, buffers);
    Placement.Builder rows = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    stages.copyRow(0, row, 0);
    rows.setLayer(layer, row, 0);
    if (stages.count() == 1
        && (table.placement().hasReplicaOrder() || target.placement().hasReplicaOrder())) {
      target.placement().copyReplicaOrder(layer, row, 0);
      rows.setReplicaOrder(layer, row, 0);
    }
    ExpertTable after = table.withLayers(table.version() + 1, new int[] {layer}, rows.build());
    Shipment made =
        new Shipment(
            this,
            new ProposalId(update, table.version(), layer),
            after,
            BufferedMigration.of(table, after, layer, engine.topology()),
            engine);
    next = made;
    nextBuffers = buffers;
    return made;
  }
}
