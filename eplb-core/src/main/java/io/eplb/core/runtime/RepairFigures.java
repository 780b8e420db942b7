package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.core.context.EplbContext;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The figures of the repair under way, for its report. Belongs to the timeline. */
final class RepairFigures {
  private final EplbContext context;
  private final Timeline timeline;
  private final List<Integer> failed = new ArrayList<>();
  private final List<Integer> givenBack = new ArrayList<>();
  private boolean begun;
  private ExpertTable before;
  private long startedAt;
  private long servedAt;
  private boolean stepsWait;
  private long lostExperts;
  private long received;
  private long reloaded;

  /** Creates figures of no repair. */
  RepairFigures(EplbContext context, Timeline timeline) {
    this.context = context;
    this.timeline = timeline;
    this.before = context.current();
  }

  /** Begins a repair, unless one is under way. */
  void begin() {
    if (!begun) {
      begun = true;
      before = context.current();
      startedAt = timeline.nanoTime();
      servedAt = startedAt;
    }
  }

  /** Returns whether a repair is under way. */
  boolean begun() {
    return begun;
  }

  void failed(int rank) {
    failed.add(rank);
  }

  void givenBack(int rank) {
    givenBack.add(rank);
  }

  /** Adds experts that a failed rank alone held. */
  void lost(int experts) {
    lostExperts += experts;
  }

  /** Notes that steps wait for experts of a failed rank. */
  void stepsWait() {
    stepsWait = true;
  }

  /** Notes that all experts are served, if steps waited for them. */
  void stepsGoOn() {
    if (stepsWait) {
      servedAt = timeline.nanoTime();
      stepsWait = false;
    }
  }

  /** Adds the copies of an update. */
  void updated(UpdateReport report) {
    received += report.received();
    reloaded += report.reloaded();
  }

  /** Returns the report of the repair under way; of none, that nothing was done. */
  RepairReport report(EpRanks ranks, boolean complete, String reason) {
    if (!begun) {
      return nothing(ranks, complete, reason);
    }
    return new RepairReport(
        ranks,
        failed,
        givenBack,
        before,
        context.current(),
        lostExperts,
        received,
        reloaded,
        Duration.ofNanos(servedAt - startedAt),
        Duration.ofNanos(timeline.nanoTime() - startedAt),
        complete,
        reason);
  }

  /** Returns a report that nothing was done; any thread may call it. */
  RepairReport nothing(EpRanks ranks, boolean complete, String reason) {
    return new RepairReport(
        ranks,
        List.of(),
        List.of(),
        context.current(),
        context.current(),
        0,
        0,
        0,
        Duration.ZERO,
        Duration.ZERO,
        complete,
        reason);
  }

  /** Ends the repair under way. */
  void end() {
    begun = false;
    stepsWait = false;
    lostExperts = 0;
    received = 0;
    reloaded = 0;
    failed.clear();
    givenBack.clear();
  }
}
