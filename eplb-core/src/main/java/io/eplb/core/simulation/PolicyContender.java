package io.eplb.core.simulation;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyException;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.load.LoadSeries;
import java.util.function.UnaryOperator;

/**
 * A policy that takes part in a {@link Simulation} under its contract.
 *
 * @param label the name to report it under
 * @param policy the name of the policy or of the reference
 * @param reference whether it is the reference that knows the window it is scored on
 * @param guarded closed with this
 * @param topology the shape of the tables
 * @param asking sets what a question has besides table and load: ranks, options, seed and more
 */
public record PolicyContender(
    String label,
    String policy,
    boolean reference,
    GuardedPolicy guarded,
    EpTopology topology,
    UnaryOperator<PlanRequest.Builder> asking)
    implements Contender {
  /** The name of the reference that knows the window it is scored on. */
  public static final String CLAIRVOYANT = "clairvoyant";

  /**
   * Returns the contender of a policy.
   *
   * @param label the name to report it under
   * @param guarded closed with this
   * @param topology the shape of the tables
   * @param asking sets what a question has besides table and load
   */
  public static PolicyContender of(
      String label,
      GuardedPolicy guarded,
      EpTopology topology,
      UnaryOperator<PlanRequest.Builder> asking) {
    return new PolicyContender(label, guarded.name(), false, guarded, topology, asking);
  }

  /**
   * Returns a policy as the reference {@value #CLAIRVOYANT}, which plans on the same window that it
   * is scored on.
   */
  public static PolicyContender clairvoyant(
      String label,
      GuardedPolicy guarded,
      EpTopology topology,
      UnaryOperator<PlanRequest.Builder> asking) {
    return new PolicyContender(label, CLAIRVOYANT, true, guarded, topology, asking);
  }

  @Override
  public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
    ExpertWorkload workload =
        reference ? ExpertWorkload.ofExpertLoads(current, next) : estimate.under(current);
    PlanOutcome outcome =
        guarded.plan(asking.apply(PlanRequest.builder(current, workload, topology)).build());
    guarded.committed(outcome);
    return new PlannedStep(
        outcome.table(),
        outcome.answer(),
        outcome.expertsMoved(),
        outcome.rejectedLayers().size(),
        outcome.planNanos(),
        outcome.failure().map(PolicyException::getMessage));
  }

  @Override
  public void close() {
    guarded.close();
  }
}
