package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.LayerTask;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.PlacementRules;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The judge of one answer: it judges each layer on its own and collects the accepted ones. Layers
 * may be judged at the same time.
 */
final class LayerJudge implements LayerTask<LayerScratch> {
  private final ContractSettings settings;
  private final ExpertTable current;
  private final Placement proposal;
  private final int[] priority;
  private final boolean[] marked;
  private final Placement.Builder accepted;
  private final @Nullable Breach[] breaches;
  private final boolean[] changed;
  private final int[] moved;

  LayerJudge(ContractSettings settings, ExpertTable current, Rebalance answer) {
    this.settings = settings;
    this.current = current;
    this.proposal = answer.newPlacement();
    this.priority = answer.layerPriority();
    this.marked = new boolean[current.layers()];
    for (int layer : priority) {
      marked[layer] = true;
    }
    this.accepted = Placement.builder(current);
    this.breaches = new Breach[current.layers()];
    this.changed = new boolean[current.layers()];
    this.moved = new int[current.layers()];
  }

  @Override
  public void run(int layer, LayerScratch scratch) {
    scratch.proposal.load(layer, current, proposal, marked[layer]);
    if (scratch.proposal.unchanged()) {
      return;
    }
    Breach breach = settings.rules().firstBreach(scratch.proposal);
    if (breach == null) {
      accept(layer, scratch);
    } else {
      breaches[layer] = breach;
    }
  }

  private void accept(int layer, LayerScratch scratch) {
    proposal.copyLayer(layer, scratch.proposed, 0);
    int[] row = scratch.proposed;
    if (settings.alignSlots()) {
      current.copyLayer(layer, scratch.current, 0);
      SlotAlignment.alignLayer(scratch);
      if (Arrays.equals(scratch.current, scratch.aligned)) {
        return;
      }
      row = scratch.aligned;
    }
    accepted.setLayer(layer, row, 0);
    if (proposal.hasReplicaOrder() || current.placement().hasReplicaOrder()) {
      proposal.copyReplicaOrder(layer, scratch.values, 0);
      accepted.setReplicaOrder(layer, aligned(scratch), 0);
    }
    changed[layer] = true;
    moved[layer] = PlacementRules.expertsMoved(scratch.proposal);
  }

  /** Returns the values as proposed in the order of the accepted slots. */
  private int[] aligned(LayerScratch scratch) {
    if (!settings.alignSlots()) {
      return scratch.values;
    }
    for (int slot = 0; slot < scratch.origin.length; slot++) {
      scratch.alignedValues[slot] = scratch.values[scratch.origin[slot]];
    }
    return scratch.alignedValues;
  }

  /** Returns the verdict on all layers, after each of them was judged. */
  ContractCheck.Verdict verdict() {
    int[] layers = Arrays.stream(priority).filter(layer -> changed[layer]).toArray();
    List<Breach> rejected = Arrays.stream(breaches).filter(Objects::nonNull).toList();
    ExpertTable table = current;
    if (layers.length > 0) {
      // A proposal taken as it is keeps its replica order also in layers whose row is the old one.
      boolean whole = !settings.alignSlots() && rejected.isEmpty();
      table =
          ExpertTable.of(
              current.version() + 1, current.experts(), whole ? proposal : accepted.build());
    }
    return new ContractCheck.Verdict(table, layers, rejected, moved);
  }
}
