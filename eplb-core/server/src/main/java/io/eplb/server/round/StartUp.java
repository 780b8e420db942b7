package io.eplb.server.round;

import io.eplb.core.cluster.StartUpComparison;
import io.eplb.core.cluster.StartUpReport;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The start-up checks of all groups: each rank hands in its table, all get one report. Thread-safe;
 * nobody blocks a thread.
 *
 * <p>A check opens with the first rank. It closes when every rank of the largest world that anybody
 * named has come, or at the earliest time limit. For a minute after that, and while no other check
 * of the group is open, a rank that repeats what it has said gets the same report; any other opens
 * a new check. Example, with a world of 2:
 *
 * <pre>
 *   0 s  rank 0 asks with table A                opens a check
 *   1 s  rank 1 asks with table B                closes it: both get "differs"
 *   2 s  rank 0 was cut off, and asks with A     gets that report
 *   3 s  rank 1 asks with table A                opens a new check
 *   4 s  rank 0 asks with A                      closes it: both get "consistent"
 * </pre>
 */
public final class StartUp implements AutoCloseable {
  /** The most groups with a check at a time. */
  public static final int MOST_GROUPS = 64;

  private static final Duration KEPT = Duration.ofMinutes(1);

  private final ScheduledExecutorService timer;

  /** The open check of each group, and its last closed one. Guarded by this. */
  private final Map<String, Check> open = new HashMap<>();

  private final Map<String, Check> closed = new HashMap<>();
  private boolean stopped;

  /**
   * Creates the checks.
   *
   * @param timer ends their time limits, and compares what has come until then
   */
  public StartUp(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Hands in the statement of one rank. Returns at once.
   *
   * @param limit the longest wait for the others
   * @return the report, the same for all ranks, or a {@link ProblemException}: 429 if there are too
   *     many groups, 503 if the service is stopping
   */
  public CompletableFuture<StartUpReport> ask(
      String group, StartUpStatement statement, Duration limit) {
    Check check;
    boolean complete;
    synchronized (this) {
      if (stopped) {
        return CompletableFuture.failedFuture(Rounds.stopping());
      }
      if (!open.containsKey(group)) {
        Check last = closed.get(group);
        if (last != null && last.gathering.heard(statement)) {
          return last.report.copy();
        }
        if (open.size() >= MOST_GROUPS) {
          return CompletableFuture.failedFuture(
              ProblemException.retryAfter(
                  429, 1, "%s groups are starting; try again".formatted(MOST_GROUPS)));
        }
      }
      check = open.computeIfAbsent(group, Check::new);
      check.gathering.add(statement);
      check.deadline.add(limit);
      complete = check.gathering.complete();
    }
    CompletableFuture<StartUpReport> report = check.report.copy();
    if (complete) {
      check.close();
    }
    return report;
  }

  /** The check of one start. */
  private final class Check {
    private final String group;
    private final StartUpGathering gathering = new StartUpGathering();
    private final EarliestDeadline deadline = new EarliestDeadline(timer, this::close);
    private final CompletableFuture<StartUpReport> report = new CompletableFuture<>();

    Check(String group) {
      this.group = group;
    }

    /** Closes this, unless it is closed already, and tells all ranks. */
    void close() {
      synchronized (StartUp.this) {
        if (!open.remove(group, this)) {
          return;
        }
        deadline.cancel();
        closed.put(group, this);
        var unused = timer.schedule(this::forget, KEPT.toNanos(), TimeUnit.NANOSECONDS);
      }
      // Nobody adds to it any more.
      report.completeAsync(() -> StartUpComparison.report(gathering.statements()), Runnable::run);
    }

    private void forget() {
      synchronized (StartUp.this) {
        closed.remove(group, this);
      }
    }
  }

  /** Returns the groups whose checks are remembered. */
  synchronized int size() {
    return open.size() + closed.size();
  }

  /** Refuses the ranks that wait and all later ones. */
  @Override
  public void close() {
    List<Check> waiting;
    synchronized (this) {
      stopped = true;
      waiting = List.copyOf(open.values());
      waiting.forEach(check -> check.deadline.cancel());
      open.clear();
    }
    waiting.forEach(check -> check.report.completeExceptionally(Rounds.stopping()));
  }
}
