package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The inputs of a plan beside the table and the load: topology and ranks, options and hints, seed,
 * deadline, migration budget and costs, and a way to run layers on all cores. Immutable.
 */
public final class PolicyContext {
  /** The most hints. */
  public static final int MAX_HINTS = 64;

  /** The most characters of a hint's name, and of its value. */
  public static final int MAX_HINT_LENGTH = 1_024;

  private final EpTopology topology;
  private final PolicyOptions options;
  private final long seed;
  private final Deadline deadline;
  private final MigrationBudget migrationBudget;
  private final LayerRunner layerRunner;
  private final EpRanks ranks;
  private final TransferCosts costs;
  private final LoadPhase loadPhase;
  private final Dispatch dispatch;
  private final BooleanSupplier cancellation;
  private final Map<String, String> hints;

  private PolicyContext(Builder builder) {
    this.topology = builder.topology;
    this.options = builder.options;
    this.seed = builder.seed;
    this.deadline = builder.deadline;
    this.migrationBudget = builder.migrationBudget;
    this.layerRunner = builder.layerRunner;
    this.ranks = builder.ranks;
    this.costs = builder.costs;
    this.loadPhase = builder.loadPhase;
    this.dispatch = builder.dispatch;
    this.cancellation = builder.cancellation;
    this.hints = builder.hints;
  }

  /**
   * Starts a context: nominal ranks, no options or hints, seed 0, no deadline, an unlimited budget,
   * unknown costs, steps of all phases, even dispatch, one layer after the other.
   */
  public static Builder builder(EpTopology topology) {
    return new Builder(Require.notNull("the topology", topology));
  }

  /** Returns the shape of the expert-parallel group. */
  public EpTopology topology() {
    return topology;
  }

  /**
   * Returns the ranks as they are: usable slots, speeds, failure domains. The current table is
   * EMPTY exactly where they cannot use a slot (rule I1).
   */
  public EpRanks ranks() {
    return ranks;
  }

  /** Returns what moving an expert costs. */
  public TransferCosts costs() {
    return costs;
  }

  /** Returns the kind of steps in which the load was measured. */
  public LoadPhase loadPhase() {
    return loadPhase;
  }

  /**
   * Returns the way in which the engine divides an expert's tokens among its replicas. A policy may
   * place for it, or for {@link Dispatch#EVEN} alone.
   */
  public Dispatch dispatch() {
    return dispatch;
  }

  /**
   * Returns whether nobody waits for the answer any longer. A policy that searches asks from time
   * to time, and returns or throws whatever it likes once it is cancelled.
   */
  public boolean cancelled() {
    return cancellation.getAsBoolean();
  }

  /**
   * Returns the hints of the configuration: names and values that the core does not know. A policy
   * must not fail for a hint it does not know either. Immutable.
   */
  public Map<String, String> hints() {
    return hints;
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
    return "PolicyContext[%s, %s, options %s, seed %s, %s, %s, %s, %s, %s]"
        .formatted(
            topology, ranks, options, seed, deadline, migrationBudget, costs, loadPhase, dispatch);
  }

  /** Collects a context. */
  public static final class Builder {
    private final EpTopology topology;
    private PolicyOptions options = PolicyOptions.defaults(List.of());
    private long seed;
    private Deadline deadline = Deadline.unlimited();
    private MigrationBudget migrationBudget = MigrationBudget.UNLIMITED;
    private LayerRunner layerRunner = LayerRunner.sequential();
    private EpRanks ranks;
    private TransferCosts costs = TransferCosts.unknown();
    private LoadPhase loadPhase = LoadPhase.ALL;
    private Dispatch dispatch = Dispatch.EVEN;
    private BooleanSupplier cancellation = () -> false;
    private Map<String, String> hints = Map.of();

    private Builder(EpTopology topology) {
      this.topology = topology;
      this.ranks = EpRanks.nominal(topology);
    }

    /**
     * Sets the ranks as they are.
     *
     * @throws InvalidInputException if they have another shape than the topology (rule I1), or
     *     their usable slots are fewer than the experts
     */
    public Builder ranks(EpRanks ranks) {
      Require.notNull("the ranks", ranks);
      if (ranks.ranks() != topology.ranks() || ranks.slotsPerRank() != topology.slotsPerRank()) {
        throw new InvalidInputException(
            "I1: the ranks have %s, the topology %s; they must agree"
                .formatted(
                    Shape.slots(ranks.ranks(), ranks.slotsPerRank()),
                    Shape.slots(topology.ranks(), topology.slotsPerRank())));
      }
      if (ranks.physicalUsable() < topology.experts()) {
        throw new InvalidInputException(
            "%s can be used on %s, fewer than the %s; every expert needs at least one slot"
                .formatted(
                    Counted.of(ranks.physicalUsable(), "slot"),
                    Counted.of(ranks.livingRanks(), "living rank"),
                    Counted.of(topology.experts(), "expert")));
      }
      this.ranks = ranks;
      return this;
    }

    /** Sets what moving an expert costs. */
    public Builder costs(TransferCosts costs) {
      this.costs = Require.notNull("the costs", costs);
      return this;
    }

    /** Sets the kind of steps in which the load was measured. */
    public Builder loadPhase(LoadPhase loadPhase) {
      this.loadPhase = Require.notNull("the load phase", loadPhase);
      return this;
    }

    /** Sets the way in which the engine divides an expert's tokens among its replicas. */
    public Builder dispatch(Dispatch dispatch) {
      this.dispatch = Require.notNull("the dispatch", dispatch);
      return this;
    }

    /** Sets the answer to whether nobody waits any longer; asked by any thread. */
    public Builder cancellation(BooleanSupplier cancellation) {
      this.cancellation = Require.notNull("the cancellation", cancellation);
      return this;
    }

    /**
     * Sets the hints; copied.
     *
     * @throws InvalidInputException if there are more than {@value PolicyContext#MAX_HINTS}, or a
     *     name is empty, or a name or value is null or longer than {@value
     *     PolicyContext#MAX_HINT_LENGTH} characters
     */
    public Builder hints(Map<String, String> hints) {
      Require.notNull("the hints", hints);
      Require.inRange("the number of hints", hints.size(), 0, MAX_HINTS);
      Map<String, String> copy = new TreeMap<>();
      hints.forEach(
          (name, value) -> {
            Require.notNull("a hint's name", name);
            Require.inRange("the length of a hint's name", name.length(), 1, MAX_HINT_LENGTH);
            Require.notNull("the hint " + name, value);
            Require.inRange("the length of the hint " + name, value.length(), 0, MAX_HINT_LENGTH);
            copy.put(name, value);
          });
      this.hints = Collections.unmodifiableMap(copy);
      return this;
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
