package io.eplb.core.runtime;

import io.eplb.api.LoadPhase;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the ranks that are there again and again for the steps that they have ended, and counts
 * those. Belongs to the timeline. Steps of a rank that has restarted count from its first answer
 * on.
 */
final class StepReports {
  /** The looks without an answer after which a rank is asked again. */
  private static final int PATIENCE = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);

  private final PresentRanks ranks;
  private final StepCounter steps;
  private final LoadPhase phase;
  private final Timeline timeline;
  private final Executor events;
  private final Duration interval;
  private final Report[] reports;
  private boolean stopped;
  private Timeline.Scheduled next = () -> {};

  StepReports(
      PresentRanks ranks,
      StepCounter steps,
      LoadPhase phase,
      Timeline timeline,
      Executor events,
      Duration interval) {
    this.ranks = ranks;
    this.steps = steps;
    this.phase = phase;
    this.timeline = timeline;
    this.events = events;
    this.interval = interval;
    this.reports = new Report[ranks.ranks()];
    for (int rank = 0; rank < reports.length; rank++) {
      reports[rank] = new Report(rank);
    }
  }

  /** Asks all, and again after the interval. */
  void ask() {
    if (stopped) {
      return;
    }
    for (Report report : reports) {
      report.ask();
    }
    next = timeline.schedule(() -> events.execute(this::ask), interval);
  }

  void stop() {
    stopped = true;
    next.cancel();
  }

  /** The reports of one rank. */
  private final class Report {
    private final int rank;

    /** The number of the request that is open; an earlier one's answer is ignored. */
    private long request;

    /** Looks since that request; 0 if it has been answered. */
    private int looks;

    private @Nullable RankSteps counted;

    Report(int rank) {
      this.rank = rank;
    }

    void ask() {
      if (!ranks.has(rank)) {
        looks = 0;
        request++;
        return;
      }
      if (looks > 0 && looks < PATIENCE) {
        looks++;
        return;
      }
      looks = 1;
      long number = ++request;
      ranks
          .ask(rank, RankMeasures::steps)
          .whenComplete((told, thrown) -> events.execute(() -> told(number, told, thrown)));
    }

    private void told(long number, @Nullable RankSteps told, @Nullable Throwable thrown) {
      if (number != request) {
        return;
      }
      looks = 0;
      if (told == null) {
        LOG.debug("rank {} has not told its steps: {}", rank, reason(thrown));
        return;
      }
      RankSteps before = counted;
      counted = told;
      if (before != null && before.incarnation() == told.incarnation()) {
        steps.ended(
            rank,
            Math.max(0, told.all() - before.all()),
            Math.max(0, told.coveredBy(phase) - before.coveredBy(phase)));
      }
    }

    private String reason(@Nullable Throwable thrown) {
      return thrown == null ? "it gave no reason" : FailureReason.words(thrown);
    }
  }
}
