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
  private final Rebalance answer;
  private final Placement proposal;
  private final int[] priority;
  private final boolean[] marked;
  private final Placement.Builder accepted;
  private final @Nullable Breach[] breaches;
  private final boolean[] changed;
  private final int[] moved;
  private final double[] @Nullable [] shares;
  private final int[] @Nullable [] sources;

  LayerJudge(ContractSettings settings, ExpertTable current, Rebalance answer) {
    this.settings = settings;
    this.current = current;
    this.answer = answer;
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
    this.shares = new double[current.layers()][];
    this.sources = new int[current.layers()][];
  }

  @Override
  public void run(int layer, LayerScratch scratch) {
    scratch.proposal.load(layer, current, answer, marked[layer]);
    if (scratch.proposal.unchanged() && !scratch.proposal.saysMore()) {
      if (!settings.alignSlots()) {
        takeReplicaOrder(layer, scratch);
      }
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
    int[] row = scratch.proposed;
    proposal.copyLayer(layer, row, 0);
    current.copyLayer(layer, scratch.current, 0);
    if (settings.alignSlots()) {
      SlotAlignment.alignLayer(scratch);
      row = scratch.aligned;
    }
    takeSharesAndSources(layer, scratch);
    changed[layer] = !Arrays.equals(scratch.current, row);
    if (changed[layer]) {
      accepted.setLayer(layer, row, 0);
      moved[layer] = PlacementRules.expertsMoved(scratch.proposal);
    }
    if (changed[layer] || !settings.alignSlots()) {
      takeReplicaOrder(layer, scratch);
    }
  }

  private void takeReplicaOrder(int layer, LayerScratch scratch) {
    if (proposal.hasReplicaOrder() || current.placement().hasReplicaOrder()) {
      proposal.copyReplicaOrder(layer, scratch.values, 0);
      accepted.setReplicaOrder(layer, aligned(scratch, scratch.alignedValues), 0);
    }
  }

  private void takeSharesAndSources(int layer, LayerScratch scratch) {
    int slots = scratch.origin.length;
    if (answer.hasShares(layer)) {
      double[] given = new double[slots];
      double[] aligned = new double[slots];
      answer.copyShares(layer, given, 0);
      for (int slot = 0; slot < slots; slot++) {
        aligned[slot] = given[scratch.origin[slot]];
      }
      shares[layer] = aligned;
    }
    if (answer.hasSources(layer)) {
      answer.copySources(layer, scratch.values, 0);
      sources[layer] = aligned(scratch, new int[slots]);
    }
  }

  /** Puts the scratch's values per proposed slot into the order of the accepted slots. */
  private static int[] aligned(LayerScratch scratch, int[] destination) {
    for (int slot = 0; slot < destination.length; slot++) {
      destination[slot] = scratch.values[scratch.origin[slot]];
    }
    return destination;
  }

  /** Returns the verdict on all layers, after each of them was judged. */
  ContractCheck.Verdict verdict() {
    int[] layers = Arrays.stream(priority).filter(layer -> changed[layer]).toArray();
    List<Breach> rejected = Arrays.stream(breaches).filter(Objects::nonNull).toList();
    ExpertTable table =
        layers.length == 0
            ? current
            : ExpertTable.of(current.version() + 1, current.experts(), accepted.build());
    return new ContractCheck.Verdict(table, layers, answer(table.placement()), rejected, moved);
  }

  /** Returns the accepted part of the answer, in the order of the accepted slots. */
  private Rebalance answer(Placement placement) {
    int[] layers = Arrays.stream(priority).filter(layer -> breaches[layer] == null).toArray();
    Rebalance.Builder part = Rebalance.builder(layers, placement);
    for (int layer : layers) {
      double[] layerShares = shares[layer];
      int[] layerSources = sources[layer];
      if (layerShares != null) {
        part.shares(layer, layerShares, 0);
      }
      if (layerSources != null) {
        part.sources(layer, layerSources, 0);
      }
      if (answer.hasExpectedPeak(layer)) {
        part.expectedPeak(layer, answer.expectedPeakBefore(layer), answer.expectedPeakAfter(layer));
      }
    }
    return part.build();
  }
}
