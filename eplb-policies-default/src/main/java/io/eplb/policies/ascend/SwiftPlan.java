package io.eplb.policies.ascend;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.function.Supplier;

/**
 * A plan of {@code swift} while it is made: every layer on its own first, then what all of them
 * together must keep to. Different layers may be planned by different threads at the same time.
 */
final class SwiftPlan {
  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final Placement.Builder placement;
  private final LayerGain gain;
  private final TransferLedger ledger;

  SwiftPlan(ExpertTable table, ExpertWorkload workload) {
    this.table = table;
    this.workload = workload;
    placement = Placement.builder(table);
    gain = new LayerGain(table.layers());
    ledger = new TransferLedger(table.layers());
  }

  /** Plans a layer. */
  void plan(int layer, SwiftLayer scratch) {
    plan(layer, scratch, false, Integer.MAX_VALUE);
  }

  /** Plans a layer anew, strictly, if the classic procedure balances it better. */
  void improve(int layer, SwiftLayer scratch) {
    if (ledger.worse(layer)) {
      plan(layer, scratch, true, Integer.MAX_VALUE);
    }
  }

  private void plan(int layer, SwiftLayer scratch, boolean strict, int allowance) {
    scratch.plan(layer, strict, allowance, table, workload, placement, gain, ledger);
  }

  /** Saves transfers until there are no more than by the classic procedure. */
  void saveTransfers(Supplier<SwiftLayer> scratch) {
    if (ledger.surplus() == 0) {
      return;
    }
    SwiftLayer planner = scratch.get();
    for (int surplus = ledger.surplus(); surplus > 0; surplus = ledger.surplus()) {
      int layer = ledger.leastWorth(gain);
      plan(layer, planner, false, Math.max(0, ledger.moved(layer) - surplus));
    }
  }

  /** Returns whether the layers are balanced worse than by the classic procedure. */
  boolean worse() {
    return ledger.worse();
  }

  /** Returns the answer, accepted if the sum of the peaks falls below a share of what it was. */
  Rebalance answer(double threshold) {
    return Rebalance.of(gain.worthwhile(threshold), gain.priority(), placement.build());
  }
}
