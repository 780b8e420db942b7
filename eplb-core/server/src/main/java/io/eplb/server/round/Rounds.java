package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.Planner;
import io.eplb.server.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rounds of all groups: every rank of a round gets the same decision. Thread-safe. */
public final class Rounds implements AutoCloseable {
  /** The most groups that are remembered at a time. */
  public static final int MOST_GROUPS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Planner planner;
  private final DecisionStore store;
  private final ServiceObserver observer;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;
  private final Map<String, GroupRounds> groups = new ConcurrentHashMap<>();

  /** Guards what becomes of the groups. */
  private final Object lock = new Object();

  private boolean warned;
  private boolean closed;

  /**
   * Creates the rounds.
   *
   * @param planner plans for unanimous rounds
   * @param store keeps the decisions
   * @param observer hears of every decision, after the ranks
   * @param clock tells the time of decisions
   * @param timer ends the time limits of rounds; decisions are recorded by its threads, by the
   *     planner's and by those that ask
   */
  public Rounds(
      Planner planner,
      DecisionStore store,
      ServiceObserver observer,
      InstantSource clock,
      ScheduledExecutorService timer) {
    this.planner = planner;
    this.store = store;
    this.observer = observer;
    this.clock = clock;
    this.timer = timer;
  }

  /**
   * Asks as one rank of a round. Returns at once.
   *
   * @param limit the longest time until the decision; the round is decided at the end of the
   *     shortest limit of its ranks
   * @return the decision of the round, or a {@link ProblemException}: 409 if the round was decided
   *     and its decision is no longer known, 429 if there are too many rounds, 503 if the service
   *     is stopping or the decisions of before cannot be read. Cancel it if the client goes away:
   *     its question counts nevertheless
   */
  public CompletableFuture<PlanAnswer> ask(RankSeat seat, PlanAsk ask, Duration limit) {
    try {
      Optional<CompletableFuture<PlanAnswer>> decision = Optional.empty();
      while (decision.isEmpty()) {
        decision = group(ask.group()).ask(seat, ask, limit);
      }
      return decision.get();
    } catch (ProblemException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private GroupRounds group(String name) {
    GroupRounds known = groups.get(name);
    if (known != null && !known.retired()) {
      return known;
    }
    synchronized (lock) {
      if (closed) {
        throw stopping();
      }
      groups.values().removeIf(GroupRounds::retired);
      GroupRounds opened = groups.get(name);
      if (opened == null) {
        makeRoom();
        opened = open(name);
        groups.put(name, opened);
      }
      return opened;
    }
  }

  private void makeRoom() {
    if (groups.size() >= MOST_GROUPS) {
      groups.values().removeIf(GroupRounds::retireIfIdle);
    }
    if (groups.size() >= MOST_GROUPS) {
      throw ProblemException.retryAfter(
          429,
          60,
          "%s groups have asked in rounds of late; at most %s are remembered"
              .formatted(groups.size(), MOST_GROUPS));
    }
  }

  private GroupRounds open(String name) {
    if (!store.durable() && !warned) {
      warned = true;
      LOG.warn("rounds are forgotten at a restart without --state");
    }
    try {
      return new GroupRounds(name, planner, store.open(name), observer, clock, timer);
    } catch (IOException failed) {
      LOG.error("the recorded rounds of group {} cannot be read: {}", name, failed.getMessage());
      throw ProblemException.retryAfter(
          503,
          5,
          "the recorded rounds of group " + name + " cannot be read; see the service's log");
    }
  }

  /** Returns the newest decided rounds of a group, the newest first. */
  public List<RoundRecord> recent(String group) {
    GroupRounds known = groups.get(group);
    return known == null ? List.of() : known.recent();
  }

  static ProblemException stopping() {
    return ProblemException.retryAfter(503, 1, "the service is stopping; ask again");
  }

  /** Refuses the ranks that wait and all later ones. Decisions that are being recorded end. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      groups.values().forEach(GroupRounds::close);
    }
  }
}
