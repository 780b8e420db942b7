package io.eplb.core.config;

import io.eplb.api.Dispatch;
import io.eplb.api.PolicyOption;
import java.util.Arrays;
import java.util.List;

/**
 * Every setting of the core under the name that vLLM-Ascend's {@code eplb_config} gives it where it
 * has one (vllm-project/vllm-ascend at 182b75e), with its default and bounds.
 */
public final class Settings {
  private static final List<String> PHASES = List.of("all", "prefill", "decode");

  /** A running engine rebalances; false by default. */
  public static final PolicyOption<Boolean> DYNAMIC_EPLB =
      PolicyOption.flag("dynamic_eplb", false, "Whether a running engine rebalances.");

  /** A running engine measures the speeds of its ranks; false by default. */
  public static final PolicyOption<Boolean> MEASURE_RANK_SPEEDS =
      PolicyOption.flag(
          "measure_rank_speeds",
          false,
          "Whether a running engine measures the speeds of its ranks and plans by them.");

  /** Steps whose load is collected before a plan, 1 to 1,000,000; 0 would never fire. */
  public static final PolicyOption<Long> HEAT_COLLECTION_INTERVAL =
      PolicyOption.integer(
          "expert_heat_collection_interval",
          600,
          1,
          1_000_000,
          "Steps whose load is collected before a plan.");

  /** Steps that a plan may take, 1 to 1,000,000. */
  public static final PolicyOption<Long> ALGORITHM_EXECUTION_INTERVAL =
      PolicyOption.integer(
          "algorithm_execution_interval", 50, 1, 1_000_000, "Steps that planning may take.");

  /** Slots per layer beyond one per expert, 0 to 65,536. */
  public static final PolicyOption<Long> REDUNDANT_EXPERTS =
      PolicyOption.integer(
          "num_redundant_experts", 0, 0, 65_536, "Slots per layer beyond one per expert.");

  /** The map to start from; none by default. */
  public static final PolicyOption<String> EXPERT_MAP_PATH =
      PolicyOption.text("expert_map_path", "", "An existing .json map to start from.");

  /** The file in which the map in force is recorded; none by default. */
  public static final PolicyOption<String> EXPERT_MAP_RECORD_PATH =
      PolicyOption.text(
          "expert_map_record_path", "", "The .json file in which the map in force is recorded.");

  /**
   * The engine's number of a policy, 0 to 3; {@link #POLICY} is preferred. The default is the
   * engine's: it selects a policy here only if it is given.
   */
  public static final PolicyOption<Long> POLICY_TYPE =
      PolicyOption.integer(
          "eplb_policy_type",
          2,
          0,
          3,
          "A policy by number: 0 random, 1 ascend-default, 2 swift, 3 flashlb.");

  /** The policy that plans if none is named. The core names policies only in this class. */
  public static final String DEFAULT_POLICY_NAME = "incremental";

  /** The policy's name. */
  public static final PolicyOption<String> POLICY =
      PolicyOption.text(
          "eplb_policy", DEFAULT_POLICY_NAME, "The policy's name; wins over eplb_policy_type.");

  /** The phase whose steps count, as the engine's older releases name it. */
  public static final PolicyOption<String> HEAT_COLLECTION_STAGE =
      PolicyOption.choice(
          "eplb_heat_collection_stage", "all", PHASES, "The phase whose steps are counted.");

  /** The phase whose steps count, as the engine's newer releases name it. */
  public static final PolicyOption<String> LOAD_COLLECTION_PHASE =
      PolicyOption.choice(
          "load_collection_phase", "all", PHASES, "The phase whose steps are counted.");

  /** The way in which the engine divides an expert's tokens among its replicas. */
  public static final PolicyOption<String> DISPATCH =
      PolicyOption.choice(
          "dispatch",
          Dispatch.EVEN.label(),
          Arrays.stream(Dispatch.values()).map(Dispatch::label).toList(),
          "How the engine divides an expert's tokens among its replicas.");

  /** The place in which a policy runs: in this process, or in one of its own. */
  public static final PolicyOption<String> ISOLATE =
      PolicyOption.choice(
          "isolate",
          "none",
          List.of("none", "process"),
          "Whether a policy runs in a process of its own.");

  /** The kind of average by which the planning service estimates the next window of load. */
  public static final PolicyOption<String> ESTIMATOR =
      PolicyOption.choice(
          "estimator",
          "ema",
          List.of("last", "mean", "ema"),
          "Whether the planning service plans for the last window, the mean, or a moving average.");

  /** The newest window's weight in the moving average, 0.001 to 1. */
  public static final PolicyOption<Double> ESTIMATOR_ALPHA =
      PolicyOption.decimal(
          "estimator_alpha", 0.25, 0.001, 1.0, "The newest window's weight in the moving average.");

  /** Ranks of the group, 1 to 65,536; within {@code topology}. */
  public static final PolicyOption<Long> RANKS =
      PolicyOption.integer("ranks", 1, 1, 65_536, "Devices of the expert-parallel group.");

  /** Nodes of the group, 1 to 65,536; within {@code topology}. */
  public static final PolicyOption<Long> NODES =
      PolicyOption.integer("nodes", 1, 1, 65_536, "Servers that hold the ranks.");

  /** Expert groups, 1 to 65,536; within {@code topology}. */
  public static final PolicyOption<Long> GROUPS =
      PolicyOption.integer("groups", 1, 1, 65_536, "Expert groups of group-limited routing.");

  /** The ranks that have failed, such as {@code 3,7}; within {@code topology}. */
  public static final PolicyOption<String> FAILED_RANKS =
      PolicyOption.text("failed_ranks", "", "The ranks that have failed.");

  /** A speed per rank, or a file of them; within {@code topology}. */
  public static final PolicyOption<String> RANK_SPEED =
      PolicyOption.text(
          "rank_speed", "", "A speed per rank relative to a nominal one, or a file of speeds.");

  static final List<PolicyOption<?>> TOP =
      List.of(
          DYNAMIC_EPLB,
          MEASURE_RANK_SPEEDS,
          HEAT_COLLECTION_INTERVAL,
          ALGORITHM_EXECUTION_INTERVAL,
          REDUNDANT_EXPERTS,
          EXPERT_MAP_PATH,
          EXPERT_MAP_RECORD_PATH,
          POLICY_TYPE,
          POLICY,
          HEAT_COLLECTION_STAGE,
          LOAD_COLLECTION_PHASE,
          DISPATCH,
          ISOLATE,
          ESTIMATOR,
          ESTIMATOR_ALPHA);

  static final List<PolicyOption<?>> TOPOLOGY =
      List.of(RANKS, NODES, GROUPS, FAILED_RANKS, RANK_SPEED);

  /** The settings that vLLM-Ascend reads in its block; it refuses all others there. */
  static final List<PolicyOption<?>> ENGINE =
      List.of(
          DYNAMIC_EPLB,
          HEAT_COLLECTION_INTERVAL,
          ALGORITHM_EXECUTION_INTERVAL,
          REDUNDANT_EXPERTS,
          EXPERT_MAP_PATH,
          EXPERT_MAP_RECORD_PATH,
          POLICY_TYPE,
          HEAT_COLLECTION_STAGE,
          LOAD_COLLECTION_PHASE);

  /** The engine's policy numbers, by number. */
  private static final List<String> POLICY_BY_TYPE =
      List.of("random", "ascend-default", "swift", "flashlb");

  private Settings() {}

  /**
   * Returns the policy that the engine gives a number.
   *
   * @param type 0 to 3, a value of {@link #POLICY_TYPE}
   */
  public static String policyOfType(long type) {
    return POLICY_BY_TYPE.get(Math.toIntExact(type));
  }
}
