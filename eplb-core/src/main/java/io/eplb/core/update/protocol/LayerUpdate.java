package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import org.jspecify.annotations.Nullable;

/**
 * One layer on its way to its new row: its migration and its progress. Belongs to the updater's
 * timeline.
 */
final class LayerUpdate {
  private final int layer;
  private final ExpertTable target;
  private final int @Nullable [] sources;
  private LayerProgress progress;

  /**
   * The moves to the target, if computed, and the number of buffers that they were computed for.
   */
  private @Nullable LayerMigration migration;

  private int migrationBuffers;

  /** The next stage of the migration, and its transfer, if computed. */
  private int stage;

  private @Nullable LayerTransfer next;

  /**
   * Creates the update of a layer.
   *
   * @param target a table with the layer's new row and replica order; its other layers are ignored
   * @param sources per slot of the new row, the rank that its copy should come from, or −1; null
   *     without wishes
   */
  LayerUpdate(int layer, ExpertTable target, int @Nullable [] sources) {
    this.layer = layer;
    this.sources = sources;
    this.target = target;
    this.progress = new LayerProgress(layer, LayerPhase.WAITING, 0, null, "");
  }

  int number() {
    return layer;
  }

  /** Returns the progress; the same object until it changes. */
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
    migration = null;
    next = null;
  }

  /** Notes a commit; returns whether it was the last. */
  boolean committed(ExpertTable table) {
    boolean last = isAtTarget(table);
    stage++;
    progress =
        new LayerProgress(
            layer,
            last ? LayerPhase.COMMITTED : LayerPhase.WAITING,
            progress.commits() + 1,
            null,
            "");
    migration = last ? null : migration;
    next = null;
    return last;
  }

  boolean isAtTarget(ExpertTable table) {
    return table.sameLayer(layer, target.placement());
  }

  /** Returns whether the target places an expert on a rank. */
  boolean needs(int rank) {
    for (int slot = 0; slot < target.slotsPerRank(); slot++) {
      if (target.expertAt(layer, rank, slot) != Placement.EMPTY) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether the target has an expert in a rank's slots that is not in the same slot yet.
   */
  boolean gives(ExpertTable table, int rank) {
    for (int slot = 0; slot < table.slotsPerRank(); slot++) {
      int expert = target.expertAt(layer, rank, slot);
      if (expert != Placement.EMPTY && expert != table.expertAt(layer, rank, slot)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the next transfer on the way from a table that differs from the target.
   *
   * @param buffers the buffers of each rank
   * @param update the number of the update
   */
  LayerTransfer nextTransfer(ExpertTable table, int buffers, long update, EngineAccess engine) {
    LayerMigration known = migration;
    if (known == null || migrationBuffers != buffers) {
      known =
          LayerMigration.of(
              table,
              target,
              layer,
              sources,
              engine.topology(),
              engine.settings().migrationLimits(buffers));
      migration = known;
      migrationBuffers = buffers;
      stage = 0;
      next = null;
    }
    if (next == null) {
      next = transfer(known, table, update, engine);
    }
    return next;
  }

  private LayerTransfer transfer(
      LayerMigration known, ExpertTable table, long update, EngineAccess engine) {
    MigrationStage moves = known.stages().get(stage);
    Placement.Builder rows = Placement.builder(table);
    rows.setLayer(layer, moves.row(), 0);
    if (stage == known.stages().size() - 1
        && (table.placement().hasReplicaOrder() || target.placement().hasReplicaOrder())) {
      int[] order = new int[table.physicalExperts()];
      target.placement().copyReplicaOrder(layer, order, 0);
      rows.setReplicaOrder(layer, order, 0);
    }
    ExpertTable after = table.withLayers(table.version() + 1, new int[] {layer}, rows.build());
    return new LayerTransfer(
        this, new ProposalId(update, table.version(), layer), after, moves, engine);
  }
}
