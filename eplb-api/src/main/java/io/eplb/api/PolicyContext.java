package io.eplb.api;

import java.util.List;
import java.util.function.Supplier;

/**
 * The inputs of a plan beside the table and the load: topology, options, seed, deadline, migration
 * budget, and a way to run layers on all cores. Immutable.
 */
public final class PolicyContext {
  private final EpTopology topology;
  private final PolicyOptions options;
  private final long seed;
  private final Deadline deadline;
  private final MigrationBudget migrationBudget;
  private final LayerRunner layerRunner;

  private PolicyContext(Builder builder) {
    this.topology = builder.topology;
    this.options = builder.options;
    this.seed = builder.seed;
    this.deadline = builder.deadline;
    this.migrationBudget = builder.migrationBudget;
    this.layerRunner = builder.layerRunner;
  }

  /**
   * Starts a context: no options, seed 0, no deadline, an unlimited budget, one layer after the
   * other.
   */
  public static Builder builder(EpTopology topology) {
    return new Builder(Require.notNull("the topology", topology));
  }

  /** Returns the shape of the expert-parallel group. */
  public EpTopology topology() {
    return topology;
  }

  /** Returns the validated options. */
  public PolicyOptions options() {
    return options;
  }

  /**
   * Returns the value of one option.
   *
   * @throws PolicyException if the policy did not declare it, or declared it otherwise
   */
  public <T> T option(PolicyOption<T> option) {
    return options.get(option);
  }

  /**
   * Returns the seed of all randomness in a policy: the same seed gives the same answer (rule P7).
   */
  public long seed() {
    return seed;
  }

  /** Returns the time at which the answer is due (rule P8). */
  public Deadline deadline() {
    return deadline;
  }

  /** Returns the limits on moves (rule P6). */
  public MigrationBudget migrationBudget() {
    return migrationBudget;
  }

  /**
   * Runs a task for every layer, on every core that the core grants.
   *
   * @param layers 0 to {@value EpTopology#MAX_LAYERS}
   * @param newScratch makes the memory that one worker reuses from layer to layer
   * @throws InvalidInputException if {@code layers} is out of range
   * @see LayerRunner#forEachLayer
   */
  public <S> void forEachLayer(
      int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
    Require.inRange("layers", layers, 0, EpTopology.MAX_LAYERS);
    layerRunner.forEachLayer(
        layers, Require.notNull("the scratch", newScratch), Require.notNull("the task", task));
  }

  @Override
  public String toString() {
    return "PolicyContext[%s, options %s, seed %s, %s, %s]"
        .formatted(topology, options, seed, deadline, migrationBudget);
  }

  /** Collects a context. */
  public static final class Builder {
    private final EpTopology topology;
    private PolicyOptions options = PolicyOptions.defaults(List.of());
    private long seed;
    private Deadline deadline = Deadline.unlimited();
    private MigrationBudget migrationBudget = MigrationBudget.UNLIMITED;
    private LayerRunner layerRunner = LayerRunner.sequential();

    private Builder(EpTopology topology) {
      this.topology = topology;
    }

    /** Sets the validated options. */
    public Builder options(PolicyOptions options) {
      this.options = Require.notNull("the options", options);
      return this;
    }

    /** Sets the seed; any value. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets the time at which the answer is due. */
    public Builder deadline(Deadline deadline) {
      this.deadline = Require.notNull("the deadline", deadline);
      return this;
    }

    /** Sets the limits on moves. */
    public Builder migrationBudget(MigrationBudget migrationBudget) {
      this.migrationBudget = Require.notNull("the migration budget", migrationBudget);
      return this;
    }

    /** Sets the way in which layers are run. */
    public Builder layerRunner(LayerRunner layerRunner) {
      this.layerRunner = Require.notNull("the layer runner", layerRunner);
      return this;
    }

    /** Returns the context. */
    public PolicyContext build() {
      return new PolicyContext(this);
    }
  }
}
