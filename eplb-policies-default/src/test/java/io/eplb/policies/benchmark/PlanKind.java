package io.eplb.policies.benchmark;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.incremental.IncrementalPolicy;
import java.util.Random;

/** The policies and inputs that are timed. */
public enum PlanKind {
  /** Policy {@code default}, on the sum of the load. */
  DEFAULT {
    @Override
    EplbPolicy newPolicy() {
      return new DefaultPolicy();
    }
  },

  /**
   * Policy {@code incremental} on one window, from the initial layout, of which no weights are
   * loaded.
   */
  FIRST {
    @Override
    MigrationBudget budget() {
      return MigrationBudget.FREE;
    }
  },

  /**
   * Policy {@code incremental} from the table that it planned before, on a moving average of eight
   * windows whose loads differ by a fifth.
   */
  STEADY {
    @Override
    ExpertTable table(ExpertTable initial, double[] loads, PolicyContext context) {
      ExpertWorkload workload = ExpertWorkload.ofExpertLoads(initial, loads);
      return ExpertTable.of(
          1,
          initial.experts(),
          newPolicy().rebalanceExperts(initial, workload, context).newPlacement());
    }

    @Override
    ExpertWorkload workload(ExpertTable table, double[] loads, Random random) {
      double[] windows = new double[WINDOWS * loads.length];
      for (int index = 0; index < windows.length; index++) {
        int window = index / loads.length;
        double weight = (window == 0 ? 1.0 : ALPHA) * Math.pow(1.0 - ALPHA, WINDOWS - 1 - window);
        windows[index] =
            weight * loads[index % loads.length] * Math.exp(SPREAD * random.nextGaussian());
      }
      return ExpertWorkload.ofExpertLoads(table, WINDOWS, windows);
    }
  };

  private static final int WINDOWS = 8;
  private static final double ALPHA = 0.25;
  private static final double SPREAD = 0.2;

  EplbPolicy newPolicy() {
    return new IncrementalPolicy();
  }

  /** Returns the migration budget. */
  MigrationBudget budget() {
    return MigrationBudget.UNLIMITED;
  }

  /** Returns the table to plan from. */
  ExpertTable table(ExpertTable initial, double[] loads, PolicyContext context) {
    return initial;
  }

  /** Returns the workload to plan for. */
  ExpertWorkload workload(ExpertTable table, double[] loads, Random random) {
    return ExpertWorkload.ofExpertLoads(table, loads);
  }
}
