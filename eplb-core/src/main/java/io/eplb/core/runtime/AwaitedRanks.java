package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.wording.Listed;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ranks of a planner of many processes. A rank that is away would have to promise every switch,
 * so nothing is planned before it is back; the others serve on. Then an interval begins anew, since
 * the loads of one in which a rank was away would mislead. All ranks are away at first. Example:
 *
 * <pre>
 *   left(3)       the plan under way is dropped, an update aborted
 *   arrived(3)    all are there: the loads of all are asked for, as the beginning of an interval
 *   (answers)     settled; rank 3's steps count as those of the others
 * </pre>
 */
final class AwaitedRanks implements RankChanges {
  /** The pause after a rank could not tell its loads. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** The longest wait for ranks that do not answer, before they are asked again. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);

  private final StepCounter steps;
  private final Timeline timeline;
  private final Executor events;
  private final Supplier<CompletionStage<Void>> beginInterval;

  private final BitSet away = new BitSet();
  private boolean needed = true;

  /** The number of the last attempt to begin an interval; answers to earlier ones are ignored. */
  private long attempt;

  private @Nullable Runnable then;
  private Timeline.Scheduled retry = () -> {};

  private volatile EpRanks ranks;
  private volatile List<Integer> missing;

  /**
   * Starts without any rank.
   *
   * @param ranks the ranks as they are once they are there
   * @param beginInterval lets loads count from now on, once all ranks have answered
   */
  AwaitedRanks(
      EpRanks ranks,
      StepCounter steps,
      Timeline timeline,
      Executor events,
      Supplier<CompletionStage<Void>> beginInterval) {
    this.ranks = ranks;
    this.steps = steps;
    this.timeline = timeline;
    this.events = events;
    this.beginInterval = beginInterval;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      away.set(rank);
      steps.exclude(rank);
    }
    this.missing = away.stream().boxed().toList();
  }

  /** Notes that a rank is away; returns false if it was. */
  boolean left(int rank) {
    if (away.get(rank)) {
      return false;
    }
    away.set(rank);
    steps.exclude(rank);
    changed();
    LOG.warn("rank {} is away; nothing is planned or switched until it is back", rank);
    return true;
  }

  /** Notes that a rank is there; returns false if it was. */
  boolean arrived(int rank) {
    if (!away.get(rank)) {
      return false;
    }
    away.clear(rank);
    changed();
    LOG.info(
        "rank {} is there{}",
        rank,
        away.isEmpty() ? "" : "; nothing is planned without " + Listed.of("rank", missing));
    return true;
  }

  private void changed() {
    needed = true;
    attempt++;
    retry.cancel();
    missing = away.stream().boxed().toList();
  }

  /** Returns the ranks that are away, ascending. */
  List<Integer> away() {
    return missing;
  }

  @Override
  public EpRanks ranks() {
    return ranks;
  }

  @Override
  public void setSpeeds(EpRanks measured) {
    ranks = measured;
  }

  @Override
  public boolean isNeeded() {
    return needed;
  }

  /** Waits until all ranks are there and an interval has begun. */
  @Override
  public void run(Runnable whenSettled) {
    then = whenSettled;
    if (away.isEmpty()) {
      begin();
    }
  }

  private void begin() {
    long number = ++attempt;
    tryAgain(number, PATIENCE);
    beginInterval
        .get()
        .whenComplete((begun, thrown) -> events.execute(() -> begun(number, thrown)));
  }

  private void begun(long number, @Nullable Throwable thrown) {
    Runnable next = then;
    if (number != attempt || next == null) {
      return;
    }
    if (thrown != null) {
      LOG.warn("an interval cannot begin yet: {}", FailureReason.words(thrown));
      tryAgain(number, PAUSE);
      return;
    }
    retry.cancel();
    needed = false;
    then = null;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      steps.include(rank);
    }
    next.run();
  }

  private void tryAgain(long number, Duration pause) {
    retry.cancel();
    retry =
        timeline.schedule(
            () ->
                events.execute(
                    () -> {
                      if (number == attempt && then != null) {
                        begin();
                      }
                    }),
            pause);
  }

  /** Returns null: the table never has to be repaired here. */
  @Override
  public @Nullable RepairReport last() {
    return null;
  }

  /** Returns null: a rank that is away keeps its experts. */
  @Override
  public @Nullable String unserved() {
    return null;
  }

  @Override
  public void answerIfSettled() {}

  @Override
  public void close(String reason) {
    attempt++;
    retry.cancel();
    then = null;
  }
}
