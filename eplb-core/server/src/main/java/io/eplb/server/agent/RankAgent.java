package io.eplb.server.agent;

import io.eplb.core.cluster.RankGroup;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.lock.ProcessLock;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.runtime.RankConnection;
import io.eplb.core.timeline.ThreadTimeline;
import io.eplb.core.update.promise.RankSide;
import io.eplb.core.update.promise.RankStart;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.GroupConnection;
import io.eplb.server.cluster.Patience;
import io.eplb.server.observe.AgentFigures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one rank, beside its engine. One thread follows the engine from start to start:
 *
 * <pre>
 *   WAITING ──engine lives──▶ STARTING ──it has the record's table──▶ SERVING
 *      ▲                          │                                      │
 *      └──────────────────────────┴── it has ended, or its gate is broken ┘
 * </pre>
 *
 * <p>The rank is a member of its group from STARTING on and leaves it with the engine: then its
 * planner begins no update. If the group gives the member up, since its session has expired, the
 * rank joins anew; its engine has served on. An agent that is restarted finds the engine serving,
 * and goes on from what the gate has promised.
 */
public final class RankAgent {
  private static final Logger LOG = LoggerFactory.getLogger(RankAgent.class);

  /** The time between two looks at the engine. */
  private static final Duration LOOK = Duration.ofMillis(20);

  private final AgentSettings settings;
  private final ClusterAccess access;
  private final Patience patience;
  private final ExecutorService copies;
  private final EngineFiles engine;
  private final GroupConnection connection = new GroupConnection();
  private volatile @Nullable Serving serving;

  /** The reason why the rank does not serve, while it does not. */
  private volatile String away = "its agent has not started";

  /** A rank that serves: one start of its engine, and the agent's part in updates. */
  private record Serving(EngineFiles.Start start, RankSide side) {
    RankConnection connection() {
      return new RankConnection(side, start.measures());
    }

    AgentFigures.Serving figures() {
      return new AgentFigures.Serving(
          start.gate().incarnation(),
          start.gate().status(),
          start.gate().fenceWaits(),
          side.figures(),
          start.weights().buffersPerRank(),
          start.weights().expertBytes());
    }
  }

  /**
   * Creates the agent; {@link #run} starts it.
   *
   * @param access the group and its record; stays the caller's to close
   * @param patience ends the agent; its engine serves on
   */
  public RankAgent(AgentSettings settings, ClusterAccess access, Patience patience) {
    this.settings = settings;
    this.access = access;
    this.patience = patience;
    this.copies =
        Executors.newFixedThreadPool(
            settings.side().receivesAtOnce(),
            task -> {
              Thread thread = new Thread(task, "eplb-copies");
              thread.setDaemon(true);
              return thread;
            });
    this.engine = new EngineFiles(settings, copies);
  }

  /**
   * Returns the rank for requests.
   *
   * @throws IllegalStateException while its engine does not serve
   */
  public RankConnection rank() {
    Serving now = serving;
    if (now == null) {
      throw new IllegalStateException(unserved());
    }
    return now.connection();
  }

  private String unserved() {
    return "rank %d does not serve: %s".formatted(settings.rank(), away);
  }

  /** Returns the reason why the rank does not serve, on one line; empty if it does. */
  Optional<String> whyUnserved() {
    return serving == null ? Optional.of(unserved()) : Optional.empty();
  }

  /** Returns what the agent is doing. */
  AgentFigures figures() {
    return new AgentFigures(
        settings.rank(), connection.now(), Optional.ofNullable(serving).map(Serving::figures));
  }

  /**
   * Runs until it is told to end.
   *
   * @param address where planners reach this process
   * @throws EndedException when it is told to end; its engine serves on
   * @throws io.eplb.api.InvalidInputException if another agent of the rank is running, the ranks
   *     disagree at their first start, or a file in the folder is none of this engine's
   */
  @SuppressWarnings("try") // Lock and watch are held, not used.
  public void run(String address) throws InterruptedException, EndedException {
    try (ProcessLock lock =
            ProcessLock.take(
                settings.folder().agentLock(settings.rank()),
                "the agent of rank " + settings.rank());
        RankGroup.Watch watch = access.group().listen(connection)) {
      while (true) {
        follow(address, await());
      }
    } finally {
      copies.shutdownNow();
    }
  }

  private EngineFiles.Start await() throws InterruptedException, EndedException {
    away = "its engine has not started in " + settings.folder().path();
    LOG.info("rank {} waits for its engine in {}", settings.rank(), settings.folder().path());
    while (true) {
      Optional<EngineFiles.Start> start = engine.attach();
      if (start.isPresent()) {
        return start.get();
      }
      patience.pause(LOOK);
    }
  }

  private boolean lives(EngineFiles.Start start) {
    return start.isUsable() && engine.isAlive();
  }

  /** Follows one start of the engine to its end. */
  private void follow(String address, EngineFiles.Start start)
      throws InterruptedException, EndedException {
    away = "the group's record is not there";
    try (Membership membership =
            new Membership(
                access.group(),
                settings.rank(),
                settings.topology().ranks(),
                start.gate().incarnation(),
                address);
        CommitRecord record = new FirstStart(settings, access, patience).record(membership)) {
      away = "its engine loads its experts";
      if (startedBy(record, start)) {
        serve(membership, record, start);
      }
    } catch (IllegalStateException changed) { // The gate tells so if its engine starts anew.
      LOG.info("rank {}: {}", settings.rank(), FailureReason.words(changed));
      patience.pause(LOOK);
    }
  }

  private void serve(Membership membership, CommitRecord record, EngineFiles.Start start)
      throws InterruptedException, EndedException {
    try (ThreadTimeline timeline = new ThreadTimeline("eplb-rank-" + settings.rank())) {
      RankSide side =
          new RankSide(
              settings.rank(),
              start.gate().incarnation(),
              start.weights(),
              start.gate(),
              record,
              settings.side(),
              timeline);
      try (side) {
        serving = new Serving(start, side);
        LOG.info(
            "rank {} serves version {} from step {} on",
            settings.rank(),
            start.gate().status().version(),
            start.gate().nextStep());
        while (lives(start)) {
          if (membership.isOver()) {
            patience.get("joining the group", membership::join);
          }
          patience.pause(LOOK);
        }
        away = reason(start);
        LOG.warn("rank {} serves no more: {}", settings.rank(), away);
      } finally {
        serving = null;
      }
      patience.get("ending the copies into its buffers", side::closed);
    }
  }

  private static String reason(EngineFiles.Start start) {
    String reason = start.gate().status().reason();
    return reason.isEmpty() ? "its engine has ended" : reason;
  }

  /**
   * Gives a starting engine the record's table, and waits until it has loaded it.
   *
   * @return whether the engine serves; false if it has ended
   */
  private boolean startedBy(CommitRecord record, EngineFiles.Start start)
      throws InterruptedException, EndedException {
    AgentGate gate = start.gate();
    if (gate.engineState() == EngineState.STARTING) {
      RankStart first =
          patience.get("reading the table", () -> RankStart.of(record, gate.nextStep()));
      settings.requireOwn(first.table());
      LOG.info(
          "rank {}: its engine loads version {}, to begin with step {}",
          settings.rank(),
          first.table().version(),
          first.firstStep());
      gate.start(first.table(), first.firstStep());
    }
    while (gate.engineState() == EngineState.LOADING && engine.isAlive()) {
      patience.pause(LOOK);
    }
    return gate.engineState() == EngineState.SERVING && lives(start);
  }
}
