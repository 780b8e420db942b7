package io.eplb.server.planning;

import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model of a group: takes its questions from any thread, and answers them one after the other.
 * The package's text has the states of a question.
 */
final class Model {
  private static final Logger LOG = LoggerFactory.getLogger(Model.class);

  private final String group;
  private final String name;
  private final int layers;
  private final int experts;
  private final Executor writer;
  private final ModelMemory memory;
  private final PolicySeat seat;
  private final WaitingQuestions waiting;
  private final ServiceObserver observer;

  /** The questions that wait or are being planned, by digest; guarded by itself. */
  private final Map<String, CompletableFuture<PlanAnswer>> open = new HashMap<>();

  private long plans;
  private Optional<PlanRecord> latest = Optional.empty();
  private volatile ModelStatus status;

  Model(
      String group,
      AskShape shape,
      StateFolder folder,
      PlanningThreads threads,
      WaitingQuestions waiting,
      ServiceObserver observer) {
    this.group = group;
    this.name = shape.model();
    this.layers = shape.layers();
    this.experts = shape.topology().experts();
    this.writer = threads.newWriter();
    this.memory = new ModelMemory(folder, group, name, layers, experts);
    this.seat = new PolicySeat(threads);
    this.waiting = waiting;
    this.observer = observer;
    this.status =
        new ModelStatus(
            group,
            name,
            layers,
            experts,
            0,
            0,
            0,
            "",
            "",
            0,
            "",
            Optional.empty(),
            Optional.empty());
  }

  /** Returns the bytes of memory that a model of some shape takes, roughly and at most. */
  static long bytes(AskShape shape) {
    long loads = (long) shape.layers() * shape.topology().experts() * Double.BYTES;
    long table = (long) shape.layers() * shape.topology().physicalExperts() * Integer.BYTES;
    return ModelMemory.REMEMBERED * (loads + 2 * table) + 4 * loads;
  }

  String group() {
    return group;
  }

  String name() {
    return name;
  }

  /** Returns this as it was after the latest plan. */
  ModelStatus status() {
    return status;
  }

  /** Returns whether no question waits. */
  boolean idle() {
    synchronized (open) {
      return open.isEmpty();
    }
  }

  /**
   * Takes a question.
   *
   * @param edition kept usable by the caller until this returns
   * @throws ProblemException if too many wait
   */
  CompletableFuture<PlanAnswer> ask(PlanAsk ask, AskShape shape, PolicyEdition edition) {
    synchronized (open) {
      Optional<PlanAnswer> known = memory.answer(ask.digest());
      if (known.isPresent()) {
        return CompletableFuture.completedFuture(known.get());
      }
      CompletableFuture<PlanAnswer> underWay = open.get(ask.digest());
      if (underWay == null) {
        waiting.enter();
        edition.enter();
        underWay = new CompletableFuture<>();
        open.put(ask.digest(), underWay);
        writer.execute(() -> answer(ask, shape, edition));
      }
      return ownCopy(underWay);
    }
  }

  /** Returns a future of one's own: to cancel it leaves the question to the others. */
  private static CompletableFuture<PlanAnswer> ownCopy(CompletableFuture<PlanAnswer> shared) {
    CompletableFuture<PlanAnswer> own = new CompletableFuture<>();
    var unused =
        shared.whenComplete(
            (answer, problem) -> {
              if (problem == null) {
                own.complete(answer);
              } else {
                own.completeExceptionally(problem);
              }
            });
    return own;
  }

  private void answer(PlanAsk ask, AskShape shape, PolicyEdition edition) {
    PlanAnswer answer = null;
    Throwable problem = null;
    try {
      answer = planned(ask, shape, edition);
    } catch (Throwable thrown) {
      // Memory that was too little for this question may be enough for those that wait.
      problem = problem(ask, thrown);
    } finally {
      end(ask, answer, problem);
      edition.leave();
    }
  }

  private void end(PlanAsk ask, @Nullable PlanAnswer answer, @Nullable Throwable problem) {
    CompletableFuture<PlanAnswer> ended;
    synchronized (open) {
      ended = open.remove(ask.digest());
    }
    waiting.leave();
    if (ended == null) {
      throw new IllegalStateException("question " + ask + " was ended before");
    }
    if (answer != null) {
      ended.complete(answer);
    } else {
      ended.completeExceptionally(problem == null ? bug(ask) : problem);
    }
  }

  private ProblemException problem(PlanAsk ask, Throwable thrown) {
    if (thrown instanceof ProblemException refusal) {
      return refusal;
    }
    if (thrown instanceof EplbException wrong) {
      return ProblemException.of(wrong);
    }
    if (thrown instanceof CancellationException) {
      return PlanService.stopping();
    }
    if (thrown instanceof IOException failed) {
      LOG.warn("group {}, model {}: no plan is given, since {}", group, name, failed.getMessage());
      return ProblemException.retryAfter(
          503, 1, "the state of the group cannot be kept: " + failed.getMessage());
    }
    LOG.error("group {}, model {}: a question could not be answered", group, name, thrown);
    return bug(ask);
  }

  private static ProblemException bug(PlanAsk ask) {
    return ProblemException.of(500, "a bug of the planning service at question " + ask);
  }

  private PlanAnswer planned(PlanAsk ask, AskShape shape, PolicyEdition edition)
      throws IOException {
    waiting.requireGoing();
    memory.open(edition.weighting());
    Optional<PlanAnswer> known = memory.answer(ask.digest());
    if (known.isPresent()) {
      publish(edition);
      return known.get();
    }
    PlanRun run = new PlanRun(CheckedAsk.of(ask, shape, edition), memory, seat);
    memory.add(run.answer());
    run.outcome().ifPresent(seat::gave);
    plans++;
    PlanRecord record = run.record(group, name, plans);
    latest = Optional.of(record);
    publish(edition);
    observer.planned(record);
    return run.answer();
  }

  private void publish(PolicyEdition edition) {
    Optional<PlanAnswer> answer = memory.latest();
    Optional<ExpertTable> table = answer.flatMap(PlanAnswer::table);
    status =
        new ModelStatus(
            group,
            name,
            layers,
            experts,
            table.map(ExpertTable::ranks).orElse(0),
            table.map(ExpertTable::physicalExperts).orElse(0),
            memory.history().windows(),
            edition.weighting().toString(),
            latest.map(PlanRecord::dispatch).orElseGet(edition.config()::dispatch).label(),
            plans,
            answer.map(PlanAnswer::digest).orElse(""),
            seat.state(),
            latest);
  }

  /** Lets the policy go if it is not from these settings, after the questions that wait. */
  void renew(PolicyEdition edition) {
    edition.enter();
    writer.execute(
        () -> {
          seat.closeUnless(edition);
          edition.leave();
        });
  }

  /** Lets the policy go if there is one, after the questions that wait. */
  void rest() {
    if (seat.taken()) {
      writer.execute(seat::close);
    }
  }

  /** Gives up the plan under way. */
  void giveUp() {
    seat.giveUp();
  }

  /** Lets the policy go; no question is under way. */
  void close() {
    seat.close();
  }
}
