package io.eplb.core.balance;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The part of its expert's traffic that each replica of a table gets, layer by layer: equal parts
 * unless a policy said otherwise. Immutable.
 */
public final class TrafficShares {
  /** Equal parts in every layer. */
  public static final TrafficShares EVEN = new TrafficShares(new double[0][]);

  /**
   * Per layer one share per slot, or null for equal parts; layers beyond the end have those too.
   */
  private final double[] @Nullable [] bySlot;

  private TrafficShares(double[] @Nullable [] bySlot) {
    this.bySlot = bySlot;
  }

  /**
   * Returns the shares after an answer has been put into force: those that it gives, equal parts in
   * other layers that it marks, and these in the rest.
   */
  public TrafficShares after(Rebalance answer) {
    int layers = answer.newPlacement().layers();
    double[] @Nullable [] next = Arrays.copyOf(bySlot, layers);
    for (int layer : answer.layerPriority()) {
      next[layer] = null;
    }
    boolean even = true;
    for (int layer = 0; layer < layers; layer++) {
      if (answer.hasShares(layer)) {
        double[] given = new double[answer.newPlacement().physicalExperts()];
        answer.copyShares(layer, given, 0);
        next[layer] = given;
      }
      even &= next[layer] == null;
    }
    return even ? EVEN : new TrafficShares(next);
  }

  /**
   * Returns these shares for layers in which a table equals the placement that they were given for,
   * and equal parts for the others.
   *
   * @throws io.eplb.api.InvalidInputException if the two have different shapes
   */
  public TrafficShares in(ExpertTable table, Placement givenFor) {
    double[] @Nullable [] kept = bySlot.clone();
    for (int layer = 0; layer < kept.length; layer++) {
      if (!table.sameLayer(layer, givenFor)) {
        kept[layer] = null;
      }
    }
    return new TrafficShares(kept);
  }

  /** Returns the part of its expert's traffic that the replica on a slot gets. */
  double of(int layer, int slot, int replicas) {
    double[] shares = layer < bySlot.length ? bySlot[layer] : null;
    return shares == null ? 1.0 / replicas : shares[slot];
  }

  /** Measures the row of a layer under these shares. */
  LayerBalance measure(int[] row, int layer, double[] expertLoads, EpRanks ranks) {
    double[] shares = layer < bySlot.length ? bySlot[layer] : null;
    return shares == null
        ? LayerBalance.of(row, expertLoads, ranks)
        : LayerBalance.of(row, expertLoads, ranks, shares);
  }
}
