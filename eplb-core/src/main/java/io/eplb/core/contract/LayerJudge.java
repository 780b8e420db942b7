package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.LayerTask;
import io.eplb.api.Placement;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.PlacementRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges the layers of one answer, each on its own, and collects what is accepted. Layers may be
 * judged at the same time.
 */
final class LayerJudge implements LayerTask<LayerScratch> {
  private final PlacementRules rules;
  private final ExpertTable current;
  private final Placement proposal;
  private final boolean[] marked;

  /** Receives the accepted layers, aligned; null if they stay as the policy put them. */
  private final Placement.@Nullable Builder aligned;

  private final @Nullable Breach[] breaches;
  private final boolean[] changed;
  private final int[] moved;

  LayerJudge(
      PlacementRules rules,
      ExpertTable current,
      Placement proposal,
      boolean[] marked,
      Placement.@Nullable Builder aligned) {
    this.rules = rules;
    this.current = current;
    this.proposal = proposal;
    this.marked = marked;
    this.aligned = aligned;
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
    Breach breach = rules.firstBreach(scratch.proposal);
    if (breach == null) {
      accept(layer, scratch);
    } else {
      breaches[layer] = breach;
    }
  }

  private void accept(int layer, LayerScratch scratch) {
    if (aligned != null) {
      current.copyLayer(layer, scratch.current, 0);
      proposal.copyLayer(layer, scratch.proposed, 0);
      proposal.copyReplicaOrder(layer, scratch.order, 0);
      SlotAlignment.alignLayer(
          scratch.current,
          scratch.proposed,
          scratch.order,
          current.slotsPerRank(),
          scratch.aligned,
          scratch.alignedOrder,
          scratch.alignment);
      if (Arrays.equals(scratch.current, scratch.aligned)) {
        return;
      }
      aligned.setLayer(layer, scratch.aligned, 0);
      setOrder(aligned, layer, scratch.alignedOrder);
    }
    changed[layer] = true;
    moved[layer] = PlacementRules.expertsMoved(scratch.proposal);
  }

  private void setOrder(Placement.Builder builder, int layer, int[] order) {
    if (proposal.hasReplicaOrder() || current.placement().hasReplicaOrder()) {
      builder.setReplicaOrder(layer, order, 0);
    }
  }

  /** Sums up, after all layers were run. */
  ContractCheck.Verdict verdict(int[] priority) {
    int[] accepted = new int[priority.length];
    int count = 0;
    for (int layer : priority) {
      if (changed[layer]) {
        accepted[count++] = layer;
      }
    }
    List<Breach> rejected = new ArrayList<>();
    for (Breach breach : breaches) {
      if (breach != null) {
        rejected.add(breach);
      }
    }
    ExpertTable table = count == 0 ? current : table(!rejected.isEmpty());
    return new ContractCheck.Verdict(
        table, Arrays.copyOf(accepted, count), List.copyOf(rejected), moved);
  }

  private ExpertTable table(boolean rejected) {
    Placement placement;
    if (aligned != null) {
      placement = aligned.build();
    } else {
      placement = rejected ? merged() : proposal;
    }
    return ExpertTable.of(current.version() + 1, current.experts(), placement);
  }

  private Placement merged() {
    Placement.Builder builder = Placement.builder(current);
    int[] row = new int[current.physicalExperts()];
    for (int layer = 0; layer < changed.length; layer++) {
      if (changed[layer]) {
        proposal.copyLayer(layer, row, 0);
        builder.setLayer(layer, row, 0);
        proposal.copyReplicaOrder(layer, row, 0);
        setOrder(builder, layer, row);
      }
    }
    return builder.build();
  }
}
