package io.eplb.core.update.layer;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One layer on its way to its new row, stage by stage; with enough buffers there is one stage.
 * Belongs to the updater's timeline.
 */
public final class LayerUpdate {
  private final int layer;
  private final ExpertTable target;
  private final int @Nullable [] sources;
  private LayerProgress progress;

  /** The stages to the target, if computed, and the number of buffers that they need at most. */
  private @Nullable LayerMigration migration;

  private int migrationBuffers;
  private int stage;

  /**
   * Creates the update of a layer.
   *
   * @param target a table with the layer's new row and replica order; its other layers are ignored
   * @param sources per slot of the new row, the rank that its copy should come from, or −1; null
   *     without wishes
   */
  private LayerUpdate(int layer, ExpertTable target, int @Nullable [] sources) {
    this.layer = layer;
    this.target = target;
    this.sources = sources;
    this.progress = new LayerProgress(layer, LayerPhase.WAITING, 0, null, "");
  }

  /**
   * Returns the updates of layers to their rows in a placement.
   *
   * @param inForce a table of the same shape
   * @param next the placement; its other layers are ignored
   * @param layers the layers, each once
   * @throws InvalidInputException if the placement has another shape or an invalid row among the
   *     layers, or a layer does not exist or is named twice
   */
  public static List<LayerUpdate> of(ExpertTable inForce, Placement next, int[] layers) {
    return of(inForce, next, layers, layer -> null);
  }

  /**
   * Returns the updates of layers to their rows in a policy's answer, with the sources that it
   * wishes for; otherwise as the other method.
   */
  public static List<LayerUpdate> of(ExpertTable inForce, Rebalance answer, int[] layers) {
    Placement next = answer.newPlacement();
    return of(
        inForce,
        next,
        layers,
        layer -> {
          if (!answer.hasSources(layer)) {
            return null;
          }
          int[] sources = new int[next.physicalExperts()];
          answer.copySources(layer, sources, 0);
          return sources;
        });
  }

  private static List<LayerUpdate> of(
      ExpertTable inForce, Placement next, int[] layers, IntFunction<int @Nullable []> sources) {
    Set<Integer> named = new HashSet<>();
    List<LayerUpdate> updates = new ArrayList<>();
    // Checks the rows; any table of the shape can hold them.
    ExpertTable target = inForce.withLayers(0, layers, next);
    for (int layer : layers) {
      if (!named.add(layer)) {
        throw new InvalidInputException(
            "the update names layer " + layer + " twice; once is enough");
      }
      updates.add(new LayerUpdate(layer, target, sources.apply(layer)));
    }
    return updates;
  }

  /** Returns the layer. */
  public int number() {
    return layer;
  }

  /** Returns the progress; the same object until it changes. */
  public LayerProgress progress() {
    return progress;
  }

  /** Notes a phase. */
  public void enter(LayerPhase phase) {
    progress = new LayerProgress(layer, phase, progress.commits(), null, "");
  }

  /** Notes the abort, with its reason. */
  public void abort(AbortReason reason, String explanation) {
    progress =
        new LayerProgress(layer, LayerPhase.ABORTED, progress.commits(), reason, explanation);
    migration = null;
  }

  /** Notes a commit; returns whether it was the last. */
  public boolean committed(ExpertTable table) {
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

  /** Returns whether a table has the layer's new row. */
  public boolean isAtTarget(ExpertTable table) {
    return table.sameLayer(layer, target.placement());
  }

  /** Returns whether the target places an expert on a rank. */
  public boolean needs(int rank) {
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
  public boolean gives(ExpertTable table, int rank) {
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
  public Stage next(ExpertTable table, EpTopology topology, MigrationLimits limits) {
    LayerMigration known = migration;
    if (known == null || migrationBuffers != limits.buffersPerRank()) {
      known = LayerMigration.of(table, target, layer, sources, topology, limits);
      migration = known;
      migrationBuffers = limits.buffersPerRank();
      stage = 0;
    }
    boolean ordered = table.placement().hasReplicaOrder() || target.placement().hasReplicaOrder();
    int[] order = null;
    if (ordered && stage == known.stages().size() - 1) {
      order = new int[table.physicalExperts()];
      target.placement().copyReplicaOrder(layer, order, 0);
    }
    return new Stage(known.stages().get(stage), order);
  }

  /** One stage: the moves, and the replica order of the layer's row after the last of them. */
  public static final class Stage {
    private final MigrationStage moves;
    private final int @Nullable [] replicaOrder;

    private Stage(MigrationStage moves, int @Nullable [] replicaOrder) {
      this.moves = moves;
      this.replicaOrder = replicaOrder;
    }

    /** Returns the receives and exchanges. */
    public MigrationStage moves() {
      return moves;
    }

    /** Returns the new replica order, not to be written to; null if it stays as it is. */
    public int @Nullable [] replicaOrder() {
      return replicaOrder;
    }
  }
}
