package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of asking a policy for a plan: the table to go on with and the reasons for it. An
 * embedding program puts {@link #table} into force, layer by layer in the order of {@link
 * #layerPriority}, and reports the rejected layers. Immutable.
 */
public final class PlanOutcome {
  private final ContractCheck.Verdict verdict;
  private final @Nullable PolicyException failure;
  private final long planNanos;

  PlanOutcome(ContractCheck.Verdict verdict, @Nullable PolicyException failure, long planNanos) {
    this.verdict = verdict;
    this.failure = failure;
    this.planNanos = planNanos;
  }

  /**
   * Returns the table to go on with: of the next version if anything changes, else the current
   * table itself.
   */
  public ExpertTable table() {
    return verdict.table();
  }

  /** Returns whether any layer changes. */
  public boolean changed() {
    return verdict.layerPriority().length > 0;
  }

  /** Returns a copy of the list of layers that change, most profitable first. */
  public int[] layerPriority() {
    return verdict.layerPriority().clone();
  }

  /**
   * Returns the accepted part of the policy's answer: the marked layers that were not rejected,
   * also those whose row stays as it is, with the placement of {@link #table}, and their shares,
   * sources and expected peaks by the slots of that table.
   */
  public Rebalance answer() {
    return verdict.answer();
  }

  /** Returns the rejected layers: one breach for each, by layer. */
  public List<Breach> rejectedLayers() {
    return verdict.rejectedLayers();
  }

  /** Returns the reason for rejecting the whole plan; empty if it was not rejected. */
  public Optional<PolicyException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Returns the experts moved over all layers. */
  public long expertsMoved() {
    return Arrays.stream(verdict.moved()).asLongStream().sum();
  }

  /**
   * Returns the experts moved in one layer.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int expertsMoved(int layer) {
    Require.index("layer", layer, verdict.moved().length);
    return verdict.moved()[layer];
  }

  /**
   * Returns the nanoseconds that the policy's call and the contract check took: from the handing
   * over of the question to the accepted table, without the check of the input and the determinism
   * probe. 0 if the policy is switched off.
   */
  public long planNanos() {
    return planNanos;
  }

  @Override
  public String toString() {
    return "PlanOutcome[%s, %s changed, %d rejected, %s moved%s]"
        .formatted(
            table(),
            Counted.of(verdict.layerPriority().length, "layer"),
            rejectedLayers().size(),
            Counted.of(expertsMoved(), "expert"),
            failure == null ? "" : ", " + failure.getMessage());
  }
}
