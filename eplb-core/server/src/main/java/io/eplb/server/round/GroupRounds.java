package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.Planner;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.UncertainRecordException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds of one group. One lock guards the open rounds; it is not held while anybody plans,
 * records or hears a decision.
 */
final class GroupRounds {
  /** The most open rounds; the ranks of an engine differ by one or two. */
  static final int MOST_OPEN = 16;

  private static final Logger LOG = LoggerFactory.getLogger(GroupRounds.class);

  private final String group;
  private final Planner planner;
  private final Decisions decisions;
  private final ServiceObserver observer;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;
  private final Object lock = new Object();
  private final Map<Long, OpenRound> open = new HashMap<>();
  private boolean retired;

  GroupRounds(
      String group,
      Planner planner,
      Decisions decisions,
      ServiceObserver observer,
      InstantSource clock,
      ScheduledExecutorService timer) {
    this.group = group;
    this.planner = planner;
    this.decisions = decisions;
    this.observer = observer;
    this.clock = clock;
    this.timer = timer;
  }

  /** Returns the decision of a round; empty if this group is retired. */
  Optional<CompletableFuture<PlanAnswer>> ask(RankSeat seat, PlanAsk ask, Duration limit) {
    CompletableFuture<PlanAnswer> waiter = new CompletableFuture<>();
    Runnable next;
    synchronized (lock) {
      if (retired) {
        return Optional.empty();
      }
      OpenRound round = open.get(seat.round());
      HeldDecision decided = round == null ? decided(seat.round()) : null;
      if (decided != null) {
        next = () -> waiter.complete(decided.answer());
      } else {
        round = round == null ? begin(seat.round(), ask) : round;
        next = join(round, seat, ask, limit);
        await(round, waiter);
      }
    }
    next.run();
    return Optional.of(waiter);
  }

  private @Nullable HeldDecision decided(long round) {
    decisions.forgetOld(clock.instant());
    return decisions.find(round).orElse(null);
  }

  private OpenRound begin(long number, PlanAsk ask) {
    requireRoom(number);
    OpenRound round = new OpenRound(number, ask, timer, this::expire);
    open.put(number, round);
    return round;
  }

  /** Counts a question and returns what follows from it, to be done without the lock. */
  private Runnable join(OpenRound round, RankSeat seat, PlanAsk ask, Duration limit) {
    if (round.state() == OpenRound.State.RECORDING) {
      return () -> {};
    }
    round.deadline().add(limit);
    Attendance attendance = round.attendance();
    attendance.add(seat, ask.digest());
    if (attendance.unanimous()) {
      if (round.state() == OpenRound.State.PLANNING) {
        return () -> {};
      }
      round.plan();
      return () -> plan(round);
    }
    return round.state() == OpenRound.State.PLANNING || attendance.complete()
        ? () -> decide(round, Attendance::disagreement)
        : () -> {};
  }

  /** Makes a client wait. One that goes away is forgotten; the question of its rank counts. */
  private void await(OpenRound round, CompletableFuture<PlanAnswer> waiter) {
    round.await(waiter);
    var unused =
        waiter.whenComplete(
            (answer, failure) -> {
              synchronized (lock) {
                round.leave(waiter);
              }
            });
  }

  private void requireRoom(long round) {
    if (decisions.passed(round)) {
      throw lost(round);
    }
    if (open.size() >= MOST_OPEN) {
      throw ProblemException.retryAfter(
          429,
          1,
          "group %s has %s open rounds; ask in one after the other".formatted(group, MOST_OPEN));
    }
    if (decisions.full()) {
      throw ProblemException.retryAfter(
          429,
          (int) Decisions.KEPT.toSeconds(),
          "group %s has asked in too many rounds out of order; count them up from 0"
              .formatted(group));
    }
  }

  private ProblemException lost(long round) {
    return ProblemException.of(
        409,
        "round %s of group %s was decided and its decision is no longer known; keep the table and ask in the next round"
            .formatted(round, group));
  }

  private void plan(OpenRound round) {
    CompletableFuture<PlanAnswer> planned;
    try {
      planned = planner.plan(round.ask());
    } catch (RuntimeException failed) {
      planned = CompletableFuture.failedFuture(failed);
    }
    var unused =
        planned.whenComplete(
            (answer, failure) ->
                decide(
                    round,
                    attendance ->
                        failure == null
                            ? answer
                            : attendance.unchanged("the plan failed: " + reason(failure))));
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ProblemException problem) {
      return problem.detail();
    }
    LOG.error("a round could not be planned", cause);
    return "an error in the service; its log says more";
  }

  private void expire(OpenRound round) {
    decide(
        round,
        attendance ->
            attendance.unanimous()
                ? attendance.unchanged("the plan took longer than the time limit")
                : attendance.disagreement());
  }

  /** Decides a round, unless it is decided already. */
  private void decide(OpenRound round, Function<Attendance, PlanAnswer> decider) {
    int world;
    PlanAnswer answer;
    synchronized (lock) {
      if (round.state() == OpenRound.State.RECORDING) {
        return;
      }
      round.record();
      world = round.attendance().world();
      answer = decider.apply(round.attendance());
    }
    Optional<Decision> decision =
        record(new Decision(round.number(), world, clock.instant(), answer), round);
    List<CompletableFuture<PlanAnswer>> waiting;
    synchronized (lock) {
      open.remove(round.number(), round);
      waiting = round.waiting();
    }
    if (decision.isPresent()) {
      waiting.forEach(waiter -> waiter.complete(decision.get().answer()));
      observer.roundDecided(decision.get().toRecord(group));
    } else {
      waiting.forEach(waiter -> waiter.completeExceptionally(lost(round.number())));
    }
  }

  /** Records a decision; returns what holds instead if that fails, empty if nobody can know. */
  private Optional<Decision> record(Decision decision, OpenRound round) {
    try {
      decisions.record(decision);
      return Optional.of(decision);
    } catch (UncertainRecordException unknown) {
      LOG.error("round {} of group {} is lost: {}", round.number(), group, unknown.getMessage());
      decisions.pass(decision.round(), decision.time());
      return Optional.empty();
    } catch (RuntimeException bug) {
      LOG.error("round {} of group {} is lost", round.number(), group, bug);
      decisions.pass(decision.round(), decision.time());
      return Optional.empty();
    } catch (IOException failed) {
      LOG.error("round {} of group {}: {}", round.number(), group, failed.getMessage());
      Decision instead =
          new Decision(
              decision.round(),
              decision.world(),
              decision.time(),
              round.attendance().unrecorded(decision.answer(), failed));
      decisions.holdUnrecorded(instead);
      return Optional.of(instead);
    }
  }

  /** Returns the newest decided rounds, the newest first. */
  List<RoundRecord> recent() {
    return decisions.newestFirst();
  }

  /** Retires this if it has nothing to remember. */
  boolean retireIfIdle() {
    synchronized (lock) {
      decisions.forgetOld(clock.instant());
      retired |= open.isEmpty() && decisions.isEmpty();
      return retired;
    }
  }

  boolean retired() {
    synchronized (lock) {
      return retired;
    }
  }

  /** Forgets the open rounds and refuses the ranks that wait, which may ask again elsewhere. */
  void close() {
    List<CompletableFuture<PlanAnswer>> waiting = new ArrayList<>();
    synchronized (lock) {
      retired = true;
      for (OpenRound round : List.copyOf(open.values())) {
        if (round.state() != OpenRound.State.RECORDING) {
          round.record();
          open.remove(round.number());
          waiting.addAll(round.waiting());
        }
      }
    }
    waiting.forEach(waiter -> waiter.completeExceptionally(Rounds.stopping()));
  }
}
