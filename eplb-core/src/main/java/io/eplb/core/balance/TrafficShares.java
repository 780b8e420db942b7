package io.eplb.core.balance;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The part of its expert's traffic that each replica of a table gets, layer by layer: what the
 * engine's dispatch makes of it. Under the even dispatch these are equal parts unless a policy gave
 * others; an engine that divides the tokens itself, batch by batch, ignores what a policy gave.
 * Immutable.
 */
public final class TrafficShares {
  /** Equal parts in every layer. */
  public static final TrafficShares EVEN = of(Dispatch.EVEN);

  private final Dispatch dispatch;

  /**
   * Per layer one share per slot, or null for equal parts; layers beyond the end have those too.
   */
  private final double[] @Nullable [] bySlot;

  private TrafficShares(Dispatch dispatch, double[] @Nullable [] bySlot) {
    this.dispatch = dispatch;
    this.bySlot = bySlot;
  }

  /** Returns the shares under a dispatch before any policy has given others. */
  public static TrafficShares of(Dispatch dispatch) {
    return new TrafficShares(dispatch, new double[0][]);
  }

  /** Returns the dispatch. */
  public Dispatch dispatch() {
    return dispatch;
  }

  /**
   * Returns the shares after an answer has been put into force: those that it gives, equal parts in
   * other layers that it marks, and these in the rest.
   */
  public TrafficShares after(Rebalance answer) {
    if (dispatch != Dispatch.EVEN) {
      return this;
    }
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
    return even ? EVEN : new TrafficShares(dispatch, next);
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
    return new TrafficShares(dispatch, kept);
  }

  /**
   * Copies the shares that a policy gave the slots of a layer.
   *
   * @return false if it gave none, and nothing is copied
   * @throws io.eplb.api.InvalidInputException if there is too little room
   */
  public boolean copyGiven(int layer, double[] into) {
    double[] shares = given(layer);
    if (shares == null) {
      return false;
    }
    Require.room("a layer's shares", into, 0, shares.length);
    System.arraycopy(shares, 0, into, 0, shares.length);
    return true;
  }

  /** Returns one share per slot of a layer; null for those of the dispatch. */
  double @Nullable [] given(int layer) {
    return layer < bySlot.length ? bySlot[layer] : null;
  }
}
