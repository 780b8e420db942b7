package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.migration.BufferedMigration;
import io.eplb.core.migration.MigrationStages;
import org.jspecify.annotations.Nullable;

/**
 * One layer on its way to new rows: what has to be done, and how far it is. Belongs to the
 * updater's timeline.
 */
final class LayerUpdate {
  private final int layer;
  private final ExpertTable target;
  private LayerProgress progress;

  /** The next transfer, if it has been worked out, and for how many buffers. */
  private @Nullable LayerTransfer next;

  private int nextBuffers;

  /**
   * Creates the update of a layer.
   *
   * @param target has the layer's new row and replica order; its other layers do not matter
   */
  LayerUpdate(int layer, ExpertTable target) {
    this.layer = layer;
    this.target = target;
    this.progress = new LayerProgress(layer, LayerPhase.WAITING, 0, null, "");
  }

  int number() {
    return layer;
  }

  /** Returns how far it is; the same object until that changes. */
  LayerProgress progress() {
    return progress;
  }

  LayerPhase phase() {
    return progress.phase();
  }

  void enter(LayerPhase entered) {
    progress = new LayerProgress(layer, entered, progress.commits(), null, "");
  }

  void abort(AbortReason why, String explanation) {
    progress = new LayerProgress(layer, LayerPhase.ABORTED, progress.commits(), why, explanation);
    next = null;
  }

  /** Takes note of a commit; returns whether it was the last. */
  boolean committed(ExpertTable table) {
    boolean last = isAtTarget(table);
    progress =
        new LayerProgress(
            layer,
            last ? LayerPhase.COMMITTED : LayerPhase.WAITING,
            progress.commits() + 1,
            null,
            "");
    next = null;
    return last;
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
  LayerTransfer nextTransfer(ExpertTable table, int buffers, long update, EngineAccess engine) {
    LayerTransfer known = next;
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
    LayerTransfer made =
        new LayerTransfer(
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
