package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.StartUpCheck;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.config.Settings;
import io.eplb.core.context.EplbContext;
import io.eplb.core.context.TableListener;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.load.SpeedEstimator;
import io.eplb.core.load.SpeedSettings;
import io.eplb.core.serving.StepGate;
import io.eplb.core.update.ExpertWeights;
import io.eplb.core.update.protocol.LayerUpdater;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a running engine balanced: gives every step its table, and in the background measures
 * loads, plans, moves weights and switches layers, under the settings of the engine's {@code
 * eplb_config}.
 *
 * <p>Threads: any thread may call any method. Serving threads call {@link #begin}, {@link
 * #tryBegin} and {@link #end}. These take no lock, allocate nothing and cost less than a
 * microsecond together unless a layer is being switched. Everything else happens on three daemon
 * threads of the runtime. After any failure there, the table in force goes on to serve, and {@link
 * #state} describes the failure.
 */
public final class EplbRuntime implements AutoCloseable {
  private final EplbContext context;
  private final StepGate gate;
  private final StepCounter steps;
  private final LoadPhase phase;
  private final LayerUpdater updater;
  private final Balancer<GroupRepair> balancer;

  /** Null if speeds are not measured. */
  private final @Nullable StepTimes stepTimes;

  private final AtomicBoolean closing = new AtomicBoolean();

  private EplbRuntime(
      Builder builder,
      ExpertTable start,
      EpRanks ranks,
      GuardedPolicy policy,
      PolicyOptions options,
      BalanceThreads threads) {
    this.phase = builder.config().loadPhase();
    this.context = new EplbContext(start);
    this.gate = new StepGate(start, threads.timeline()::nanoTime);
    this.updater =
        new LayerUpdater(
            context,
            builder.topology(),
            builder.weights,
            gate,
            builder.settings().update(),
            threads.timeline());
    this.stepTimes = builder.speeds == null ? null : new StepTimes(start.ranks());
    LocalEngine engine = new LocalEngine(updater, gate);
    this.balancer =
        new Balancer<>(
            builder,
            context,
            policy,
            options,
            threads,
            builder.loads,
            speeds(builder),
            updater::update,
            (counter, events, loads) ->
                new GroupRepair(
                    context,
                    builder.topology(),
                    ranks,
                    engine,
                    counter,
                    threads.timeline(),
                    events,
                    loads),
            CycleOutcome::failure);
    this.steps = balancer.steps();
    balancer.start();
  }

  private @Nullable MeasuredSpeeds speeds(Builder builder) {
    StepTimes times = stepTimes;
    SpeedSettings settings = builder.speeds;
    return times == null || settings == null
        ? null
        : new MeasuredSpeeds(times, new SpeedEstimator(builder.topology(), settings));
  }

  /**
   * Returns a builder of a runtime.
   *
   * @param config the engine's configuration; unless {@code dynamic_eplb} is on, the runtime serves
   *     and never rebalances
   * @param topology the engine's shape
   * @param weights the engine's memory; it holds the start table
   * @param loads the loads that the engine measures
   */
  public static Builder builder(
      EplbConfig config, EpTopology topology, ExpertWeights weights, LoadSource loads) {
    return new Builder(config, topology, weights, loads);
  }

  /**
   * Begins a step of a rank. Waits only while a switch of layers holds this step up.
   *
   * @return the table of this step on all ranks, until {@link #end}
   * @throws InvalidInputException as {@link StepGate#begin}
   * @throws InternalException if the switch does not come to an end
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ExpertTable begin(int rank, long step) throws InterruptedException {
    return gate.begin(rank, step);
  }

  /**
   * As {@link #begin}, but never waits.
   *
   * @return null if the step is held up: ask again
   */
  public @Nullable ExpertTable tryBegin(int rank, long step) {
    return gate.tryBegin(rank, step);
  }

  /**
   * Ends a step that was begun.
   *
   * @param stepPhase the phase of the step, the same on all ranks; {@link LoadPhase#ALL} if both
   *     kinds were mixed: such a step counts only where all steps count
   * @throws InvalidInputException as {@link StepGate#end}
   */
  public void end(int rank, long step, LoadPhase stepPhase) {
    gate.end(rank, step);
    steps.ended(rank, phase.covers(stepPhase));
  }

  /**
   * Goes on without a rank that has failed. Its steps in flight count as ended, and it begins no
   * more. Steps that no living rank has begun yet wait until every expert is served by living
   * ranks: what the rank alone held is copied to others, from replicas or else from the checkpoint.
   * Steps that have begun still have the table with the rank: their result is incomplete, and the
   * engine has to end them. A plan or update under way is given up. Then balancing goes on with the
   * ranks that are left. May be called at any moment, by any thread and several times.
   *
   * @return completes, never with an exception, when the table fits the ranks again, or the repair
   *     is given up: since the usable slots do not suffice for the experts, or the runtime is
   *     closed
   * @throws InvalidInputException if there is no such rank
   */
  public CompletionStage<RepairReport> rankFailed(int rank) {
    Require.index("rank", rank, context.current().ranks());
    GroupRepair repair = balancer.ranks();
    CompletableFuture<RepairReport> answer = new CompletableFuture<>();
    balancer
        .cycle()
        .ranksChange(
            () -> repair.failed(rank, answer), () -> answer.complete(repair.closedReport()));
    return answer.minimalCompletionStage();
  }

  /**
   * Takes a failed rank back, with empty memory. Its slots are filled while the others serve. From
   * the first table on that places experts on it the rank has to serve: the others send it tokens,
   * and no further layer is switched before it has begun the steps of the others. May be called at
   * any moment, by any thread and several times.
   *
   * @return completes with the step that the rank begins next, as soon as it may begin that; with
   *     an {@link InternalException} if the rank fails again before, or the runtime is closed. It
   *     completes at once if the rank had not failed
   * @throws InvalidInputException if there is no such rank
   */
  public CompletionStage<Long> rankReturned(int rank) {
    Require.index("rank", rank, context.current().ranks());
    GroupRepair repair = balancer.ranks();
    CompletableFuture<Long> answer = new CompletableFuture<>();
    balancer
        .cycle()
        .ranksChange(
            () -> repair.returned(rank, answer),
            () ->
                answer.completeExceptionally(
                    new InternalException(repair.closedReport().reason())));
    return answer.minimalCompletionStage();
  }

  /** Returns the ranks as they are: those that live, and their speeds. */
  public EpRanks ranks() {
    return balancer.ranks().ranks();
  }

  /**
   * Sets the speeds of all ranks; the next plan balances load ÷ speed by them. Which ranks live is
   * not changed by this.
   *
   * @param speeds one per rank, {@value EpRanks#MIN_SPEED} to {@value EpRanks#MAX_SPEED}
   * @throws InvalidInputException if their number or one of them is out of range
   */
  public void setSpeeds(double... speeds) {
    if (speeds.length != context.current().ranks()) {
      throw new InvalidInputException(
          "%s for %s; each needs one"
              .formatted(
                  Counted.of(speeds.length, "speed"),
                  Counted.of(context.current().ranks(), "rank")));
    }
    EpRanks.Builder builder = ranks().toBuilder();
    for (int rank = 0; rank < speeds.length; rank++) {
      builder.speed(rank, speeds[rank]);
    }
    balancer.cycle().setSpeeds(builder.build());
  }

  /**
   * Records the time that a rank has computed in a step, without the time that it waited for other
   * ranks; from it the runtime measures the speeds of ranks. Does nothing unless {@link
   * Builder#measureSpeeds} is on. Takes no lock and allocates nothing; called by any thread.
   *
   * @param nanos 1 ns to 1 h
   * @param stepPhase the phase of the step, as for {@link #end}; steps of phases that do not count
   *     are left out
   * @throws InvalidInputException if there is no such rank or the time is out of range
   */
  public void recordStepTime(int rank, long nanos, LoadPhase stepPhase) {
    Require.index("rank", rank, context.current().ranks());
    StepTimes.requireInRange(rank, nanos);
    StepTimes times = stepTimes;
    if (times != null && phase.covers(stepPhase)) {
      times.add(rank, nanos);
    }
  }

  /**
   * Returns whether a rank begins no steps: it has failed, or has returned and no table places
   * experts on it yet.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public boolean isAbsent(int rank) {
    return gate.isAbsent(rank);
  }

  /** Returns the table in force. */
  public ExpertTable table() {
    return gate.current();
  }

  /**
   * Registers a listener that is told of every switch of layers.
   *
   * @return the table in force at that instant
   */
  public ExpertTable addListener(TableListener listener) {
    return context.addListener(listener);
  }

  /**
   * Removes a listener once.
   *
   * @return whether it was registered
   */
  public boolean removeListener(TableListener listener) {
    return context.removeListener(listener);
  }

  /** Returns the state of this runtime. */
  public RuntimeState state() {
    return balancer.state(updater.progress());
  }

  /** Returns the number of buffers of all ranks that updates use; 0 unless one is under way. */
  public int buffersHeld() {
    return updater.buffersHeld();
  }

  /**
   * Ends the rebalancing after the current cycle: begins no further one, and completes the one that
   * is under way or whose interval has been collected. The ranks have to go on serving until then.
   * May be called at any moment, by any thread and several times; {@link #close} is still needed,
   * before or after.
   *
   * @return completes, never with an exception, when the rebalancing has ended
   */
  public CompletionStage<Void> finishCycles() {
    return balancer.cycle().finishCycles();
  }

  /**
   * Ends the rebalancing at once: gives up a plan under way, aborts layers that are not committed,
   * records the committed table, and waits for copies under way. The table in force goes on to
   * serve: steps may begin and end as before. May be called at any moment, by any thread and
   * several times. Returns when all is done; to a thread of the runtime itself (a listener's) at
   * once, to others after ten seconds if a copy or a policy hangs.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      balancer.stop();
      updater.close();
      updater.closed().whenComplete((nothing, thrown) -> balancer.finish(updater.released()));
    }
    balancer.awaitEnd();
  }

  /** The parts of a runtime to come. Used by one thread. */
  public static final class Builder extends RuntimeBuilder<Builder> {
    private final ExpertWeights weights;
    private final LoadSource loads;
    private @Nullable ExpertTable startTable;
    private @Nullable EpRanks ranks;
    private @Nullable SpeedSettings speeds;
    private Consumer<ExpertTable> startUpCheck = table -> {};

    private Builder(
        EplbConfig config, EpTopology topology, ExpertWeights weights, LoadSource loads) {
      super(config, topology);
      this.weights = weights;
      this.loads = loads;
      this.speeds = config.get(Settings.MEASURE_RANK_SPEEDS) ? SpeedSettings.DEFAULT : null;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the table that the engine's memory holds; otherwise {@link StartTable#of} takes it from
     * the configuration.
     */
    public Builder startTable(ExpertTable table) {
      startTable = table;
      return this;
    }

    /**
     * Sets the ranks as they are at the start; the start table has to fit them. Otherwise those
     * without an expert in the start table are dead, and {@code topology.failed_ranks} and {@code
     * topology.rank_speed} of the configuration describe them; without these all have speed 1.
     */
    public Builder ranks(EpRanks newRanks) {
      ranks = newRanks;
      return this;
    }

    /**
     * Lets the runtime measure the speeds of ranks from the times that {@link #recordStepTime}
     * gets, once per interval, and plan by them. Otherwise {@code measure_rank_speeds} in the
     * configuration says whether it does, with {@link SpeedSettings#DEFAULT}. What {@link
     * #setSpeeds} sets is replaced by what is measured.
     */
    public Builder measureSpeeds(SpeedSettings settings) {
      speeds = settings;
      return this;
    }

    /**
     * Lets {@link #start} first compare the start table with those of all other ranks. Every rank
     * has to take part, by this or by {@link StartUpCheck#run}. Without this, nothing is compared.
     *
     * @param member the rank of this runtime; the caller closes it
     * @param name the name of the check, new for every start and the same on every rank
     * @param timeout the longest wait for the other ranks, 0 or more
     */
    public Builder startUpCheck(GroupMember member, String name, Duration timeout) {
      startUpCheck = table -> requireOneTable(member, name, timeout, table);
      return this;
    }

    /**
     * Starts the runtime.
     *
     * @throws InvalidInputException if the start table, the engine's memory and the topology do not
     *     have one shape, the map of the configuration cannot be read, there is no such policy, an
     *     option of it is wrong, the configuration describes ranks that the start table does not
     *     fit, or the ranks of the group are not all there with one table or cannot be compared
     * @throws PolicyException if the policy cannot be made
     * @throws CancellationException if the thread is interrupted while it waits for other ranks; it
     *     stays interrupted
     */
    public EplbRuntime start() {
      return start(BalanceThreads::start);
    }

    EplbRuntime start(Supplier<BalanceThreads> threads) {
      ExpertTable table = startTable;
      if (table == null) {
        table = StartTable.of(config(), weights.layers(), topology());
      }
      StartTable.requireFits(table, weights, topology());
      EpRanks living = ranksOf(table);
      GuardedPolicy guarded = guardedPolicy();
      BalanceThreads started = null;
      try {
        PolicyOptions options = options(guarded);
        startUpCheck.accept(table);
        started = threads.get();
        return new EplbRuntime(this, table, living, guarded, options, started);
      } catch (RuntimeException | Error failed) {
        guarded.close();
        if (started != null) {
          started.end();
        }
        throw failed;
      }
    }

    /**
     * Returns the ranks that were set, else those that the start table was made for, as the
     * configuration describes them.
     */
    private EpRanks ranksOf(ExpertTable table) {
      EpRanks known = ranks;
      if (known == null) {
        known =
            RankSettings.of(config(), InputStream.nullInputStream())
                .ranks(topology(), table, "the start table");
        requireServedByTheLiving(known, table);
      }
      known.requireFits(table);
      return known;
    }

    private void requireServedByTheLiving(EpRanks known, ExpertTable table) {
      for (int rank = 0; rank < known.ranks(); rank++) {
        if (!known.living(rank) && table.expertAt(0, rank, 0) != Placement.EMPTY) {
          throw new InvalidInputException(
              "%s: rank %s has failed, but the start table places experts on it; start with a map without it, as eplb repair makes one"
                  .formatted(config().origin(Settings.FAILED_RANKS), rank));
        }
      }
    }

    private void requireOneTable(
        GroupMember member, String name, Duration timeout, ExpertTable table) {
      try {
        StartUpCheck.run(member, name, topology(), table, timeout)
            .toCompletableFuture()
            .get()
            .requireConsistent();
      } catch (ExecutionException failed) {
        throw new InvalidInputException(
            "the ranks could not be compared at the start: " + FailureReason.words(failed), failed);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new CancellationException(
            "interrupted while " + member.claim() + " waited for the other ranks to start");
      }
    }
  }
}
