package io.eplb.server.observe;

import io.eplb.api.Dispatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A plan that was made, or that failed.
 *
 * @param group the group's name
 * @param model the shape that tells the models of a group apart, such as {@code 75x256}
 * @param time the end of the plan
 * @param number the plans of this model so far, this one included
 * @param policy the policy's name
 * @param options the policy's options in force
 * @param dispatch the dispatch for which it was planned and under which PAR is measured
 * @param outcome what came of it
 * @param reason one line that says why it failed; empty otherwise
 * @param history the windows of load that the estimate rests on
 * @param moved experts that ranks have to receive
 * @param planNanos the time of the plan, in nanoseconds
 * @param rejected the layers whose new row broke a rule
 * @param predictedBefore PAR of each layer of the table in force, under the estimate
 * @param predictedAfter PAR of each layer of the planned table, under the estimate
 * @param measured mean PAR over the layers of the table in force, under the newest window: what
 *     became of the plan before; empty if the table was not planned here
 * @param measuredBalancedness mean over the layers of mean ÷ max of the ranks, as {@code measured}
 * @param before load ÷ mean of each rank in each layer under the newest window, table in force
 * @param after the same with the planned table
 */
public record PlanRecord(
    String group,
    String model,
    Instant time,
    long number,
    String policy,
    Map<String, String> options,
    Dispatch dispatch,
    Outcome outcome,
    String reason,
    long history,
    long moved,
    long planNanos,
    List<RejectedLayer> rejected,
    List<Double> predictedBefore,
    List<Double> predictedAfter,
    OptionalDouble measured,
    OptionalDouble measuredBalancedness,
    RankHeat before,
    RankHeat after) {
  /** The ends of a plan. */
  public enum Outcome {
    /** A new table was given. */
    CHANGED,
    /** The table in force is good enough. */
    UNCHANGED,
    /** The policy failed; the table in force stays. */
    POLICY_FAILED
  }

  /** Copies the collections. */
  public PlanRecord {
    options = Map.copyOf(options);
    rejected = List.copyOf(rejected);
    predictedBefore = List.copyOf(predictedBefore);
    predictedAfter = List.copyOf(predictedAfter);
  }
}
