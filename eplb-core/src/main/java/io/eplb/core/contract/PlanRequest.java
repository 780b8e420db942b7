package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerRunner;
import io.eplb.api.LoadPhase;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.TransferCosts;
import io.eplb.core.argument.Require;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The question that a policy is asked: the table in force, the load measured under it, and all that
 * a plan depends on besides. Its parts fit each other (rules I1 to I3). Immutable.
 *
 * <pre>{@code
 * PlanRequest request =
 *     PlanRequest.builder(table, workload, topology)
 *         .ranks(EpRanks.builder(topology).speed(5, 0.5).build())
 *         .seed(7)
 *         .build();
 * }</pre>
 */
public final class PlanRequest {
  private final ExpertTable current;
  private final ExpertWorkload workload;
  private final EpTopology topology;
  private final EpRanks ranks;
  private final PolicyOptions options;
  private final long seed;
  private final MigrationBudget budget;
  private final TransferCosts costs;
  private final LoadPhase loadPhase;
  private final Dispatch dispatch;
  private final Map<String, String> hints;

  private PlanRequest(Builder builder, EpRanks ranks) {
    this.current = builder.current;
    this.workload = builder.workload;
    this.topology = builder.topology;
    this.ranks = ranks;
    this.options = builder.options;
    this.seed = builder.seed;
    this.budget = builder.budget;
    this.costs = builder.costs;
    this.loadPhase = builder.loadPhase;
    this.dispatch = builder.dispatch;
    // The builder of a context knows the limits of hints, and what ranks suffice for the experts.
    this.hints = PolicyContext.builder(topology).ranks(ranks).hints(builder.hints).build().hints();
  }

  private PlanRequest(PlanRequest request, PolicyOptions resolved) {
    this.current = request.current;
    this.workload = request.workload;
    this.topology = request.topology;
    this.ranks = request.ranks;
    this.options = resolved;
    this.seed = request.seed;
    this.budget = request.budget;
    this.costs = request.costs;
    this.loadPhase = request.loadPhase;
    this.dispatch = request.dispatch;
    this.hints = request.hints;
  }

  /**
   * Starts a request: ranks of speed 1 that can use the slots that hold an expert in the table, the
   * policy's default options, seed 0, no limit of moves, unknown costs, steps of all phases, even
   * dispatch, no hints.
   *
   * @param current the table in force
   * @param workload the load measured under it
   * @param topology its shape
   * @throws InvalidInputException if one of them is null
   */
  public static Builder builder(ExpertTable current, ExpertWorkload workload, EpTopology topology) {
    return new Builder(
        Require.given("the current table", current),
        Require.given("the workload", workload),
        Require.given("the topology", topology));
  }

  /** Returns the table in force. */
  public ExpertTable current() {
    return current;
  }

  /** Returns the load measured under the table. */
  public ExpertWorkload workload() {
    return workload;
  }

  /** Returns the shape of the group. */
  public EpTopology topology() {
    return topology;
  }

  /** Returns the ranks as they are; the table is EMPTY exactly where they cannot use a slot. */
  public EpRanks ranks() {
    return ranks;
  }

  /** Returns the values of options; the policy's defaults hold for the others. */
  public PolicyOptions options() {
    return options;
  }

  /** Returns the seed of random numbers in the policy. */
  public long seed() {
    return seed;
  }

  /** Returns the limit of experts moved. */
  public MigrationBudget budget() {
    return budget;
  }

  /** Returns the price of moving an expert. */
  public TransferCosts costs() {
    return costs;
  }

  /** Returns the kind of steps in which the load was measured. */
  public LoadPhase loadPhase() {
    return loadPhase;
  }

  /** Returns the way in which the engine divides an expert's tokens among its replicas. */
  public Dispatch dispatch() {
    return dispatch;
  }

  /** Returns the hints of the configuration; immutable. */
  public Map<String, String> hints() {
    return hints;
  }

  /** Returns this request with the options as the policy declares them. */
  PlanRequest resolvedBy(PolicyOptions resolved) {
    return new PlanRequest(this, resolved);
  }

  /** Returns the context of one call of a policy. */
  PolicyContext context(Deadline deadline, LayerRunner runner, BooleanSupplier cancellation) {
    return PolicyContext.builder(topology)
        .ranks(ranks)
        .options(options)
        .seed(seed)
        .deadline(deadline)
        .migrationBudget(budget)
        .costs(costs)
        .loadPhase(loadPhase)
        .dispatch(dispatch)
        .hints(hints)
        .layerRunner(runner)
        .cancellation(cancellation)
        .build();
  }

  @Override
  public String toString() {
    return "PlanRequest[%s, %s, %s, %s, options %s, seed %s, %s]"
        .formatted(current, workload, topology, ranks, options, seed, budget);
  }

  /** Collects a request. Used by one thread. */
  public static final class Builder {
    private final ExpertTable current;
    private final ExpertWorkload workload;
    private final EpTopology topology;
    private @Nullable EpRanks ranks;
    private PolicyOptions options = PolicyOptions.defaults(List.of());
    private long seed;
    private MigrationBudget budget = MigrationBudget.UNLIMITED;
    private TransferCosts costs = TransferCosts.unknown();
    private LoadPhase loadPhase = LoadPhase.ALL;
    private Dispatch dispatch = Dispatch.EVEN;
    private Map<String, String> hints = Map.of();

    private Builder(ExpertTable current, ExpertWorkload workload, EpTopology topology) {
      this.current = current;
      this.workload = workload;
      this.topology = topology;
    }

    /** Sets the ranks as they are. */
    public Builder ranks(EpRanks ranks) {
      this.ranks = Require.given("the ranks", ranks);
      return this;
    }

    /** Sets values for options that the policy declares. */
    public Builder options(PolicyOptions options) {
      this.options = Require.given("the options", options);
      return this;
    }

    /** Sets the seed of random numbers in the policy; any value. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets the limit of experts moved. */
    public Builder budget(MigrationBudget budget) {
      this.budget = Require.given("the migration budget", budget);
      return this;
    }

    /** Sets the price of moving an expert. */
    public Builder costs(TransferCosts costs) {
      this.costs = Require.given("the costs", costs);
      return this;
    }

    /** Sets the kind of steps in which the load was measured. */
    public Builder loadPhase(LoadPhase loadPhase) {
      this.loadPhase = Require.given("the load phase", loadPhase);
      return this;
    }

    /** Sets the way in which the engine divides an expert's tokens among its replicas. */
    public Builder dispatch(Dispatch dispatch) {
      this.dispatch = Require.given("the dispatch", dispatch);
      return this;
    }

    /** Sets the hints of the configuration, within the limits of {@link PolicyContext}. */
    public Builder hints(Map<String, String> hints) {
      this.hints = Require.given("the hints", hints);
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws InvalidInputException if the shapes of table, workload, topology and ranks differ,
     *     the load was measured under another table, a slot is EMPTY and its rank can use it or the
     *     other way round (rule I1), an EMPTY slot has tokens (I2), the usable slots are fewer than
     *     the experts (I3), or the hints are out of their limits
     */
    public PlanRequest build() {
      PlanRules.requireShapes(current, workload, topology);
      EpRanks known = ranks == null ? EpRanks.of(topology, current) : ranks;
      PlanRules.requireRanks(current, workload, known);
      return new PlanRequest(this, known);
    }
  }
}
