package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.balance.BalanceReport;

/** What one plan is made from. */
public final class PlanInput {
  private final ExpertTable current;
  private final boolean running;
  private final EpTopology topology;
  private final ExpertWorkload workload;
  private final double[] expertLoads;

  /**
   * Collects the input.
   *
   * @param current the table to start from: a map, or the engine's initial layout
   * @param running whether {@code current} is a running engine's, whose slots are worth keeping
   * @param topology its shape
   * @param workload the load to plan for, under {@code current}
   * @param expertLoads the same per expert: layers × experts tokens
   */
  PlanInput(
      ExpertTable current,
      boolean running,
      EpTopology topology,
      ExpertWorkload workload,
      double[] expertLoads) {
    this.current = current;
    this.running = running;
    this.topology = topology;
    this.workload = workload;
    this.expertLoads = expertLoads;
  }

  public ExpertTable current() {
    return current;
  }

  public boolean running() {
    return running;
  }

  public EpTopology topology() {
    return topology;
  }

  public ExpertWorkload workload() {
    return workload;
  }

  /** Measures a table under the load that is planned for. */
  public BalanceReport balance(ExpertTable table) {
    return BalanceReport.of(table, expertLoads);
  }
}
