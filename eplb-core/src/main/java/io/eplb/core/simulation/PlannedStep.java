package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The plan of a {@link Contender} for one window.
 *
 * @param table the table in force from then on
 * @param answer the accepted part of the policy's answer
 * @param moved experts moved over all layers
 * @param rejectedLayers layers whose proposal broke a rule
 * @param nanos the planning time
 * @param failure the reason if the whole plan was rejected
 * @param uncovered the experts that do not survive as many failures as they should, over all
 *     layers, if any are to be survived
 */
public record PlannedStep(
    ExpertTable table,
    Rebalance answer,
    long moved,
    int rejectedLayers,
    long nanos,
    Optional<String> failure,
    OptionalLong uncovered) {
  /** Creates a plan that was not asked to survive failures. */
  public PlannedStep(
      ExpertTable table,
      Rebalance answer,
      long moved,
      int rejectedLayers,
      long nanos,
      Optional<String> failure) {
    this(table, answer, moved, rejectedLayers, nanos, failure, OptionalLong.empty());
  }
}
