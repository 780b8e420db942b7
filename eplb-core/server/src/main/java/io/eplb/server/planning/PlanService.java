package io.eplb.server.planning;

import io.eplb.api.EplbException;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Answers the questions of engines: keeps the models of all groups, and lets policies plan for
 * them. Thread-safe; the package's text has the invariants.
 */
public final class PlanService implements Planner, AutoCloseable {
  /** The time that {@link #close()} gives the plans under way. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** The time that a plan which was given up has to end. */
  private static final Duration LAST_GRACE = Duration.ofSeconds(5);

  private final PlanningThreads threads = new PlanningThreads();
  private final WaitingQuestions waiting = new WaitingQuestions();
  private final ModelDirectory models;

  /** Guards edition and stopping; models are added and asked under it too. */
  private final Object lock = new Object();

  private PolicyEdition edition;
  private boolean stopping;

  private PlanService(PolicyEdition edition, StateFolder folder, ServiceObserver observer) {
    this.edition = edition;
    this.models =
        new ModelDirectory(
            (group, shape) -> new Model(group, shape, folder, threads, waiting, observer),
            observer::modelForgotten,
            Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * Opens the service.
   *
   * @param folder keeps histories and answers over a restart; closed by the caller, after this
   * @param observer hears of every plan
   * @throws EplbException if the configured policy, an option of it or a file does not exist or is
   *     wrong
   */
  public static PlanService open(
      PlanSettings settings, StateFolder folder, ServiceObserver observer) {
    return new PlanService(PolicyEdition.open(settings), folder, observer);
  }

  /** Returns the refusal of a question while the service ends. */
  static ProblemException stopping() {
    return ProblemException.retryAfter(503, 1, "the planning service is stopping; ask again later");
  }

  @Override
  public CompletableFuture<PlanAnswer> plan(PlanAsk ask) {
    PolicyEdition present;
    try {
      present = enter();
    } catch (ProblemException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    try {
      AskShape shape = AskShape.of(ask, present.config());
      synchronized (lock) {
        if (stopping) {
          throw stopping();
        }
        return models.get(ask.group(), shape).ask(ask, shape, present);
      }
    } catch (ProblemException refused) {
      return CompletableFuture.failedFuture(refused);
    } catch (EplbException wrong) {
      return CompletableFuture.failedFuture(ProblemException.of(wrong));
    } finally {
      present.leave();
    }
  }

  /**
   * Enters the settings in force.
   *
   * @throws ProblemException if the service ends
   */
  private PolicyEdition enter() {
    synchronized (lock) {
      if (stopping) {
        throw stopping();
      }
      edition.enter();
      return edition;
    }
  }

  /**
   * Puts other settings in the place of those in force. Questions that wait are answered by the
   * settings under which they were asked. A policy that was switched off plans again.
   *
   * @throws EplbException if they are wrong; the old ones stay
   * @throws ProblemException if the service ends
   */
  public void reload(PlanSettings settings) {
    PolicyEdition next = PolicyEdition.open(settings);
    PolicyEdition old;
    synchronized (lock) {
      if (stopping) {
        old = next;
      } else {
        old = edition;
        edition = next;
        models.all().forEach(model -> model.renew(next));
      }
    }
    old.leave();
    if (old == next) {
      throw stopping();
    }
  }

  /** Returns the models of all groups, as each was after its latest plan. Never waits. */
  public List<ModelStatus> models() {
    return models.all().stream().map(Model::status).toList();
  }

  /** Returns the models of one group; none if there is no such group. */
  public List<ModelStatus> models(String group) {
    return models().stream().filter(model -> model.group().equals(group)).toList();
  }

  /**
   * Returns the policies that questions may name, by name. Initialises all that were found.
   *
   * @throws ProblemException if the service ends
   */
  public List<PolicyDescription> policies() {
    PolicyEdition present = enter();
    try {
      return present.policies().stream().map(PolicyDescription::of).toList();
    } finally {
      present.leave();
    }
  }

  /** Ends the service within half a minute, as {@link #close(Duration)}. */
  @Override
  public void close() {
    close(GRACE);
  }

  /**
   * Ends the service: questions from now on get 503, those that wait are answered, or get 503 if
   * that takes longer.
   *
   * @param grace the time for the answers
   */
  public void close(Duration grace) {
    synchronized (lock) {
      if (stopping) {
        return;
      }
      stopping = true;
    }
    if (!threads.end(grace)) {
      waiting.giveUp();
      models.all().forEach(Model::giveUp);
      threads.end(LAST_GRACE);
    }
    models.all().forEach(Model::close);
    edition.leave();
  }
}
