package io.eplb.core.runtime;

import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds ranks that have fallen behind the fastest, and warns once for each. It looks at intervals
 * of time, not of steps, since ranks that need each other soon all stand still.
 *
 * <p>A rank has fallen behind if it has ended no step since the last look and another rank has
 * ended more. An idle engine has no such rank, and one that has failed is not watched. Example,
 * with the steps ended by three ranks:
 *
 * <pre>
 *   100 100 100
 *   130 100 130   rank 1 is 30 steps behind: a warning
 *   130 100 130   still behind: no second warning, although the others wait
 *   180 180 180   rank 1 ends steps again
 * </pre>
 */
final class RankWatch {
  /** The time between two looks, far longer than a step. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private final Timeline timeline;
  private final StepCounter steps;

  // The timeline's thread alone uses what follows.
  private final long[] endedAtLastLook;
  private final boolean[] said;
  private boolean stopped;
  private Timeline.Scheduled next = () -> {};

  private volatile List<RankLag> behind = List.of();

  RankWatch(Timeline timeline, StepCounter steps, int ranks) {
    this.timeline = timeline;
    this.steps = steps;
    this.endedAtLastLook = new long[ranks];
    this.said = new boolean[ranks];
  }

  /** Starts to look. */
  void start() {
    post(this::await);
  }

  /** Stops to look; the timeline may end. */
  void stop() {
    post(
        () -> {
          stopped = true;
          next.cancel();
        });
  }

  private void post(Runnable event) {
    try {
      timeline.execute(event);
    } catch (RejectedExecutionException ended) {
      LOG.debug("the runtime is closed; ranks are watched no more");
    }
  }

  private void await() {
    if (!stopped) {
      next = timeline.schedule(this::look, INTERVAL);
    }
  }

  private void look() {
    long fastest = steps.fastest();
    List<RankLag> found = new ArrayList<>();
    for (int rank = 0; rank < said.length; rank++) {
      long ended = steps.endedBy(rank);
      boolean lags = !steps.isExcluded(rank) && ended < fastest && ended == endedAtLastLook[rank];
      endedAtLastLook[rank] = ended;
      if (lags) {
        found.add(new RankLag(rank, fastest - ended));
        if (!said[rank]) {
          LOG.warn(
              "rank {} has ended no step for {} and is {} steps behind; while it is, nothing is"
                  + " measured, planned or switched",
              rank,
              INTERVAL,
              fastest - ended);
        }
      } else if (said[rank] && !steps.isExcluded(rank)) {
        LOG.info("rank {} ends steps again", rank);
      }
      said[rank] = lags;
    }
    behind = List.copyOf(found);
    await();
  }

  /** Returns the ranks that had fallen behind at the last look, by rank. */
  List<RankLag> behind() {
    return behind;
  }
}
