package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the table in force, on a thread of its own and within a time limit. A hanging engine or
 * policy does not stop the recording, and a hanging file system does not stop the balance cycle.
 *
 * <p>A recording that has not ended in time counts as failed, but is not interrupted. The next one
 * begins when it has ended.
 */
final class MapRecorder {
  /** The longest time that a balance cycle waits for a recording. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private final MapFile file;
  private final Timeline timeline;
  private final Executor thread;

  /** True while a recording has not ended; the timeline's thread alone uses it. */
  private boolean writing;

  private volatile @Nullable String failure;

  MapRecorder(MapFile file, BalanceThreads threads) {
    this.file = file;
    this.timeline = threads.timeline();
    this.thread = threads.recorder();
  }

  /** Returns whether a table is still to be recorded. */
  boolean wants(ExpertTable table) {
    return file.wants(table);
  }

  /** Returns the reason why the last recording failed; null if it did not. */
  @Nullable String failure() {
    return failure;
  }

  /**
   * Records a table that is wanted; called on the timeline.
   *
   * @return completes, never with an exception, when the recording has ended, failed or not, or the
   *     time is up
   */
  CompletionStage<Void> record(ExpertTable table) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (writing) {
      note(Optional.of("an earlier map is still being written"));
      answer.complete(null);
      return answer;
    }
    writing = true;
    Timeline.Scheduled limit =
        timeline.schedule(
            () -> {
              note(Optional.of("it has not been written within " + LIMIT.toSeconds() + " seconds"));
              answer.complete(null);
            },
            LIMIT);
    thread.execute(
        () -> {
          Optional<String> reason = file.attempt(table);
          timeline.execute(
              () -> {
                writing = false;
                limit.cancel();
                note(reason);
                answer.complete(null);
              });
        });
    return answer;
  }

  /** Records a table if it is wanted, on the recording thread, without a time limit. */
  CompletionStage<Void> recordAtLast(ExpertTable table) {
    return CompletableFuture.runAsync(
        () -> {
          if (wants(table)) {
            note(file.attempt(table));
          }
        },
        thread);
  }

  private void note(Optional<String> reason) {
    failure = reason.orElse(null);
    if (reason.isPresent()) {
      LOG.warn("the table in force could not be recorded: {}", reason.get());
    }
  }
}
