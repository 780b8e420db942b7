package io.eplb.api.dispatch;

/**
 * The least peak to which a layer's tokens can be divided, and a flow that reaches it, by Newton
 * steps over minimum cuts.
 *
 * <p>Start from a lower bound T of the peak. Let the flow take what the ranks can take under T. If
 * weight still waits, the ranks that it can reach are full, and so the weight of all experts that
 * are confined to them cannot be divided better than evenly over their speeds: this quotient is a
 * greater lower bound, and the next T. When nothing waits, T is reached, and so is the least peak.
 * Every step leaves fewer or slower ranks in the cut; a few steps suffice.
 *
 * <p>Source: Dinkelbach's (Newton's) method for fractional programs on the parametric flows of
 * Gallo, Grigoriadis and Tarjan, "A fast parametric maximum flow algorithm", SIAM J. Comput. 18
 * (1989).
 */
final class LeastPeak {
  /** A step that raises the peak by less is rounding. */
  private static final double ROUNDING = 1e-14;

  private final Flow flow;
  private final AugmentingPaths paths;

  LeastPeak(Flow flow) {
    this.flow = flow;
    paths = new AugmentingPaths(flow);
  }

  /** Solves the layer of the flow. */
  void solve() {
    flow.reset();
    flow.start(lowerBound());
    while (paths.leaveWaiting()) {
      double next = paths.cutLoad() / paths.cutSpeed();
      if (next <= flow.peak * (1 + ROUNDING)) {
        return;
      }
      flow.raise(next);
    }
  }

  /** Returns the greater of the mean and the greatest fixed weight ÷ speed of a rank. */
  private double lowerBound() {
    Layer layer = flow.layer;
    double sum = 0.0;
    for (int expert = 0; expert < layer.experts; expert++) {
      sum += flow.weight[expert];
    }
    double bound = sum > 0.0 ? sum / layer.totalSpeed : 0.0;
    for (int rank = 0; rank < layer.ranks; rank++) {
      if (layer.living(rank)) {
        bound = Math.max(bound, flow.fixed[rank] / layer.speeds[rank]);
      }
    }
    return bound;
  }
}
