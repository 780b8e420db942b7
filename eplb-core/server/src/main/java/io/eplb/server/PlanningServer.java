package io.eplb.server;

import io.eplb.api.EplbException;
import io.eplb.server.http.HttpServer;
import io.eplb.server.metrics.ServiceMetrics;
import io.eplb.server.observe.EventLog;
import io.eplb.server.observe.ObserverGroup;
import io.eplb.server.observe.RecentGroups;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.page.LivePage;
import io.eplb.server.page.PageEvents;
import io.eplb.server.planning.PlanService;
import io.eplb.server.planning.PlanSettings;
import io.eplb.server.round.DecisionStore;
import io.eplb.server.round.Rounds;
import io.eplb.server.round.StartUp;
import io.eplb.server.routes.ServiceRoutes;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running planning service.
 *
 * <pre>{@code
 * try (PlanningServer server = PlanningServer.start(settings, plans)) {
 *   server.addresses().forEach(System.err::println);
 *   …
 * }
 * }</pre>
 */
public final class PlanningServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanningServer.class);

  private static final int TIMER_THREADS = 2;

  /** The time for plans that are under way at the end. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** The time to send the last answers. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

  private final AtomicBoolean open = new AtomicBoolean(true);
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final PageEvents events = new PageEvents();
  private final LivePage page = new LivePage(events);
  private final ServiceObserver observer =
      new RecentGroups(new ObserverGroup(List.of(metrics, events, new EventLog())));
  private final ScheduledExecutorService timer = timer();
  private final StateFolder state;
  private final PlanService plans;
  private final Rounds rounds;
  private final StartUp startUp;
  private final HttpServer http;

  private PlanningServer(ServerSettings settings, PlanSettings planSettings) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      opened.push(metrics);
      opened.push(timer::shutdownNow);
      state = settings.state().map(StateFolder::open).orElseGet(StateFolder::none);
      opened.push(state);
      plans = PlanService.open(planSettings, state, observer);
      opened.push(plans);
      rounds = new Rounds(plans, new DecisionStore(state), observer, InstantSource.system(), timer);
      opened.push(rounds);
      startUp = new StartUp(timer);
      opened.push(startUp);
      http =
          HttpServer.start(
              settings.addresses(),
              settings.certificate(),
              settings.token(),
              settings.limits(),
              ServiceRoutes.of(plans, rounds, startUp, metrics, page, open::get),
              metrics::answered);
    } catch (RuntimeException failed) {
      opened.forEach(PlanningServer::end);
      throw failed;
    }
    metrics.watch(http::waiting, http::bodyBytes);
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            TIMER_THREADS,
            task -> {
              Thread thread = new Thread(task, "eplb-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /**
   * Starts a service; it answers when this returns.
   *
   * @throws EplbException if it cannot start: an address is in use, a policy is unknown, the state
   *     is another service's; the message says which
   */
  public static PlanningServer start(ServerSettings settings, PlanSettings plans) {
    return new PlanningServer(settings, plans);
  }

  /**
   * Returns the addresses at which it listens, such as {@code http://127.0.0.1:7460} and {@code
   * unix:/run/eplb.sock}.
   */
  public List<String> addresses() {
    return http.addresses();
  }

  /**
   * Plans by other settings from now on.
   *
   * @throws EplbException if they are wrong; the old ones stay
   */
  public void reload(PlanSettings settings) {
    plans.reload(settings);
  }

  /**
   * Ends the service: new questions are refused, plans under way are finished and answered, ranks
   * that wait for others are refused, then the addresses are given back. Takes half a minute at
   * most.
   */
  @Override
  public void close() {
    if (!open.compareAndSet(true, false)) {
      return;
    }
    http.drain();
    page.endStreams();
    plans.close(GRACE);
    rounds.close();
    startUp.close();
    try {
      http.awaitAnswered(LAST_ANSWERS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    http.close();
    timer.shutdownNow();
    state.close();
    metrics.close();
  }

  private static void end(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception stuck) {
      LOG.warn("a part of the service that did not start cannot be ended", stuck);
    }
  }
}
