package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.core.argument.Require;
import io.eplb.core.cluster.Leadership;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.config.Settings;
import io.eplb.core.context.EplbContext;
import io.eplb.core.context.TableListener;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.update.promise.PromisedUpdater;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planner of a group whose ranks are other processes: measures their loads, plans, and switches
 * layers by promises, as {@link EplbRuntime} does for the ranks of its own process. It begins with
 * the table of the record, and plans while every rank is there. It serves no step: if it dies,
 * another process is elected and begins where the record is.
 *
 * <p>Threads: any thread may call any method. The work is done on three daemon threads.
 */
public final class ClusterRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);

  private final long epoch;
  private final EplbContext context;
  private final PromisedUpdater updater;
  private final PresentRanks present;
  private final Balancer<AwaitedRanks> balancer;
  private final StepReports reports;
  private final RankGroup.Watch members;
  private final CommitRecord.Watch record;
  private final BalanceThreads threads;
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Completes when all fields are set: another thread may end this before. */
  private final CompletableFuture<Void> built = new CompletableFuture<>();

  private final CompletableFuture<String> ended = new CompletableFuture<>();

  private ClusterRuntime(
      Builder builder,
      RankGroup group,
      Leadership leadership,
      CommitRecord record,
      RecordedTable start,
      EpRanks ranks,
      GuardedPolicy policy,
      PolicyOptions options,
      BalanceThreads threads) {
    ExpertTable table = start.table();
    this.epoch = leadership.epoch();
    this.context = new EplbContext(table);
    this.threads = threads;
    this.updater =
        new PromisedUpdater(
            record,
            start,
            context,
            builder.topology(),
            builder.expertBytes,
            builder.settings().update(),
            threads.timeline());
    this.present = new PresentRanks(table.ranks());
    ClusterLoads loads = new ClusterLoads(present, table.layers(), table.experts());
    this.balancer =
        new Balancer<>(
            builder,
            context,
            policy,
            options,
            threads,
            loads,
            null,
            updater::update,
            (steps, events, expected) ->
                new AwaitedRanks(ranks, steps, threads.timeline(), events, loads::beginInterval),
            CycleOutcome::policyFailure);
    this.reports =
        new StepReports(
            present,
            balancer.steps(),
            builder.config().loadPhase(),
            threads.timeline(),
            this::post,
            builder.reportInterval);
    balancer.start();
    post(reports::ask);
    this.members =
        group.listen(new Attendance(table.ranks(), builder.connect, new ArrivingRanks()));
    this.record = record.watch(entry -> endIfDeposed(entry.epoch()));
    endIfDeposed(record.latest().epoch()); // The watch tells of later entries alone.
    leadership.lost().thenRun(() -> end("the leadership of epoch " + epoch + " is lost"));
    built.complete(null);
  }

  /** Lets the parts know of ranks that come and go. */
  private final class ArrivingRanks implements Attendance.Ranks {
    @Override
    public void arrived(int rank, RankConnection connection) {
      present.connect(rank, connection);
      updater.rankReturned(rank, connection.link());
      balancer.cycle().ranksChange(() -> balancer.ranks().arrived(rank), () -> {});
    }

    @Override
    public void left(int rank) {
      present.disconnect(rank);
      updater.rankLost(rank);
      balancer.cycle().ranksChange(() -> balancer.ranks().left(rank), () -> {});
    }
  }

  private void post(Runnable event) {
    try {
      threads.timeline().execute(event);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the planner is closed; an event came late");
    }
  }

  /**
   * Returns a builder of a planner.
   *
   * @param config the engines' configuration; unless {@code dynamic_eplb} is on, nothing is ever
   *     planned. Speeds of ranks are taken from {@code topology.rank_speed}, and are not measured
   * @param topology the shape of the record's table
   * @param expertBytes the bytes of one expert's weights in one layer, 1 or more
   * @param connect connects to a member of the group, at once and without asking it
   */
  public static Builder builder(
      EplbConfig config,
      EpTopology topology,
      long expertBytes,
      Function<Member, RankConnection> connect) {
    return new Builder(config, topology, expertBytes, connect);
  }

  /** Returns the table in force, as far as this planner knows. */
  public ExpertTable table() {
    return context.current();
  }

  /**
   * Registers a listener that is told of every switch of layers.
   *
   * @return the table in force at that instant
   */
  public ExpertTable addListener(TableListener listener) {
    return context.addListener(listener);
  }

  /** Returns the state of this planner. */
  public ClusterState state() {
    return new ClusterState(epoch, balancer.ranks().away(), balancer.state(updater.progress()));
  }

  /**
   * Completes with the reason, on one line, when this planner has come to its end: it was closed,
   * or another one has taken over. Then its threads have ended; the process may stand for election
   * anew.
   */
  public CompletionStage<String> ended() {
    return ended.minimalCompletionStage();
  }

  private void endIfDeposed(long recordEpoch) {
    if (recordEpoch > epoch) {
      end("the planner of epoch " + recordEpoch + " has taken over");
    }
  }

  private void end(String reason) {
    if (closing.compareAndSet(false, true)) {
      LOG.info("the planner of epoch {} ends: {}", epoch, reason);
      post(reports::stop);
      balancer.stop();
      updater.close();
      built
          .minimalCompletionStage()
          .thenCompose(allSet -> updater.closed())
          .whenComplete(
              (nothing, thrown) -> {
                members.close();
                record.close();
                balancer.finish(CompletableFuture.completedFuture(null));
              });
      balancer.ended().thenRun(() -> ended.complete(reason));
    }
  }

  /**
   * Ends planning at once: gives up a plan under way and aborts layers that are not committed. The
   * ranks serve on, and carry out what is committed. May be called at any moment, by any thread and
   * several times. Returns when all is done; to a thread of the planner itself (a listener's) at
   * once, to others after ten seconds if a policy hangs.
   */
  @Override
  public void close() {
    end("it was closed");
    balancer.awaitEnd();
  }

  /** The parts of a planner to come. Used by one thread. */
  public static final class Builder extends RuntimeBuilder<Builder> {
    /** The longest time between two looks at the steps of ranks. */
    public static final Duration MAX_REPORT_INTERVAL = Duration.ofMinutes(1);

    private final long expertBytes;
    private final Function<Member, RankConnection> connect;
    private Duration reportInterval = Duration.ofMillis(500);

    private Builder(
        EplbConfig config,
        EpTopology topology,
        long expertBytes,
        Function<Member, RankConnection> connect) {
      super(config, topology);
      this.expertBytes = Require.inRange("the bytes of an expert", expertBytes, 1, Long.MAX_VALUE);
      this.connect = connect;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the time between two looks at the steps of ranks; 500 ms otherwise. An interval of steps
     * ends with a look.
     *
     * @throws InvalidInputException unless it is 1 ms to {@link #MAX_REPORT_INTERVAL}
     */
    public Builder reportInterval(Duration interval) {
      Require.inRange(
          "the milliseconds between two reports",
          interval.toMillis(),
          1,
          MAX_REPORT_INTERVAL.toMillis());
      reportInterval = interval;
      return this;
    }

    /**
     * Takes the record over and starts the planner. Waits for the record as long as it takes.
     *
     * @param group the group of the ranks; it stays the caller's
     * @param leadership the leadership that this process has won
     * @param record the record, in which there is a table; it stays the caller's
     * @return the planner; fails with {@link DeposedException} if another one has taken over
     *     before, and with {@link InvalidInputException} if the record's table does not have the
     *     topology's shape or the configuration does not fit
     * @throws InvalidInputException if there is no such policy, or an option of it is wrong
     * @throws PolicyException if the policy cannot be made
     */
    public CompletionStage<ClusterRuntime> start(
        RankGroup group, Leadership leadership, CommitRecord record) {
      return start(group, leadership, record, BalanceThreads::start);
    }

    CompletionStage<ClusterRuntime> start(
        RankGroup group,
        Leadership leadership,
        CommitRecord record,
        Supplier<BalanceThreads> threads) {
      if (config().get(Settings.MEASURE_RANK_SPEEDS)) {
        throw new InvalidInputException(
            "%s is on, but a planner of many processes measures no speeds; give topology.rank_speed instead"
                .formatted(config().origin(Settings.MEASURE_RANK_SPEEDS)));
      }
      GuardedPolicy policy = guardedPolicy();
      BalanceThreads started = null;
      try {
        PolicyOptions options = options(policy);
        BalanceThreads own = threads.get();
        started = own;
        return TakeOver.of(record, leadership, own.timeline())
            .thenApply(
                recorded ->
                    new ClusterRuntime(
                        this,
                        group,
                        leadership,
                        record,
                        recorded,
                        ranks(recorded.table()),
                        policy,
                        options,
                        own))
            .whenComplete(
                (runtime, failed) -> {
                  if (failed != null) {
                    policy.close();
                    own.end();
                  }
                });
      } catch (RuntimeException | Error failed) {
        policy.close();
        if (started != null) {
          started.end();
        }
        throw failed;
      }
    }

    private EpRanks ranks(ExpertTable table) {
      EpRanks ranks =
          RankSettings.of(config(), InputStream.nullInputStream())
              .ranks(topology(), table, "the record's table");
      for (int rank = 0; rank < ranks.ranks(); rank++) {
        if (!ranks.living(rank)) {
          throw new InvalidInputException(
              "rank %d has no experts in the record's table or has failed; a planner of many processes needs every rank: start a smaller group with a map of eplb rescale"
                  .formatted(rank));
        }
      }
      return ranks;
    }
  }
}
