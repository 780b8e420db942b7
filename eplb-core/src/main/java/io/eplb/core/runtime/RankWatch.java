package io.eplb.core.runtime;

import io.eplb.core.update.protocol.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time which ranks have fallen behind the fastest, and says so once for each.
 * Time, not steps, since ranks that need each other soon stand still all together.
 *
 * <p>A rank has fallen behind if others have ended steps that it has not, and it has ended none
 * from one look to the next. An engine that has nothing to do has no such rank.
 */
final class RankWatch {
  /** The time from look to look, far more than a step takes. */
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

  /** Looks no more; the timeline may end. */
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
      LOG.debug("the runtime is closed; nobody looks after ranks any more");
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
      boolean lags = ended < fastest && ended == endedAtLastLook[rank];
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
      } else if (said[rank]) {
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
