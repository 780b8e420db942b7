package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.Arrays;
import java.util.Map;

/**
 * A replay by the field's protocol: a placement planned from the moving average of the windows so
 * far is scored on the next window.
 *
 * @param parNextWindow mean over windows and layers
 * @param firstMoves experts moved per layer by the first plan
 * @param steadyMoves experts moved per layer and plan after it
 */
record Replay(double parNextWindow, double firstMoves, double steadyMoves) {
  static final double ALPHA = 0.25;

  static PolicyContext context(
      EplbPolicy policy, EpTopology topology, Map<String, String> options) {
    return PolicyContext.builder(topology)
        .options(PolicyOptions.parse(policy.options(), options))
        .build();
  }

  static Replay of(Recording trace, EplbPolicy policy, PolicyContext context) {
    return of(trace, policy, context, Dispatch.EVEN);
  }

  /** Scores by another dispatch than the even one. */
  static Replay of(Recording trace, EplbPolicy policy, PolicyContext context, Dispatch dispatch) {
    EpTopology topology = context.topology();
    ExpertTable table = ExpertTable.initial(trace.layers(), topology);
    double par = 0.0;
    double first = 0.0;
    double later = 0.0;
    int plans = trace.windows() - 1;
    for (int w = 0; w < plans; w++) {
      ExpertWorkload workload =
          ExpertWorkload.ofExpertLoads(table, w + 1, trace.movingAverage(w, ALPHA));
      Placement next = policy.rebalanceExperts(table, workload, context).newPlacement();
      double moved = (double) moved(table, next, topology) / trace.layers();
      if (w == 0) {
        first = moved;
      } else {
        later += moved;
      }
      par += meanPar(next, trace.window(w + 1), topology, dispatch) / plans;
      table = ExpertTable.of(w + 1, topology.experts(), next);
    }
    return new Replay(par, first, later / (plans - 1));
  }

  static double meanPar(Placement placement, double[] loads, EpTopology topology) {
    return meanPar(placement, loads, topology, EpRanks.nominal(topology));
  }

  /** Returns the mean PAR of the layers by speed. */
  static double meanPar(Placement placement, double[] loads, EpTopology topology, EpRanks ranks) {
    int[] row = new int[topology.physicalExperts()];
    double sum = 0.0;
    for (int layer = 0; layer < placement.layers(); layer++) {
      placement.copyLayer(layer, row, 0);
      double[] of =
          Arrays.copyOfRange(loads, layer * topology.experts(), (layer + 1) * topology.experts());
      sum += LayerBalance.of(row, of, ranks).peakToAverage();
    }
    return sum / placement.layers();
  }

  private static double meanPar(
      Placement placement, double[] loads, EpTopology topology, Dispatch dispatch) {
    EpRanks ranks = EpRanks.nominal(topology);
    LayerDispatch solver = LayerDispatch.of(dispatch, topology);
    int[] row = new int[topology.physicalExperts()];
    double sum = 0.0;
    for (int layer = 0; layer < placement.layers(); layer++) {
      placement.copyLayer(layer, row, 0);
      double[] of =
          Arrays.copyOfRange(loads, layer * topology.experts(), (layer + 1) * topology.experts());
      sum += solver.solve(row, of, ranks).peakToAverage();
    }
    return sum / placement.layers();
  }

  static int moved(ExpertTable before, Placement after, EpTopology topology) {
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    int moved = 0;
    for (int layer = 0; layer < before.layers(); layer++) {
      proposal.load(layer, before, after, true);
      moved += PlacementRules.expertsMoved(proposal);
    }
    return moved;
  }
}
