package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import org.jspecify.annotations.Nullable;

/**
 * One layer on its way to its new row, stage by stage; with enough buffers there is one stage.
 * Belongs to the updater's timeline.
 */
final class LayerWork {
  private final int layer;
  private final ExpertTable target;
  private final int @Nullable [] sources;
  private LayerProgress progress;

  /** The stages to the target, if computed, and the number of buffers that they need at most. */
  private @Nullable LayerMigration migration;

  private int migrationBuffers;
  private int stage;

  /**
   * Creates the work of a layer.
   *
   * @param target a table with the layer's new row and replica order; its other layers are ignored
   * @param sources per slot of the new row, the rank that its copy should come from, or −1; null
   *     without wishes
   */
  LayerWork(int layer, ExpertTable target, int @Nullable [] sources) {
    this.layer = layer;
    this.target = target;
    this.sources = sources;
    this.progress = new LayerProgress(layer, LayerPhase.WAITING, 0, null, "");
  }

  int layer() {
    return layer;
  }

  /** Returns the progress; the same object until it changes. */
  LayerProgress progress() {
    return progress;
  }

  void enter(LayerPhase phase) {
    progress = new LayerProgress(layer, phase, progress.commits(), null, "");
  }

  void abort(AbortReason reason, String explanation) {
    progress =
        new LayerProgress(layer, LayerPhase.ABORTED, progress.commits(), reason, explanation);
    migration = null;
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
   * Returns the next stage from a table that differs from the target.
   *
   * @param limits the limits of a stage; its buffers are those of the rank that has fewest
   */
  Stage next(ExpertTable table, EpTopology topology, MigrationLimits limits) {
    LayerMigration known = migration;
    if (known == null || migrationBuffers != limits.buffersPerRank()) {
      known = LayerMigration.of(table, target, layer, sources, topology, limits);
      migration = known;
      migrationBuffers = limits.buffersPerRank();
      stage = 0;
    }
    MigrationStage moves = known.stages().get(stage);
    boolean ordered = table.placement().hasReplicaOrder() || target.placement().hasReplicaOrder();
    int[] order = null;
    if (ordered && stage == known.stages().size() - 1) {
      order = new int[table.physicalExperts()];
      target.placement().copyReplicaOrder(layer, order, 0);
    }
    return new Stage(moves, new LayerRow(moves.row(), order));
  }

  /**
   * One stage.
   *
   * @param moves the receives and exchanges
   * @param row the layer's row after them
   */
  record Stage(MigrationStage moves, LayerRow row) {}
}
