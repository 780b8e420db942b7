package io.eplb.core.runtime;

import io.eplb.core.cluster.Leadership;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beginning of a planner: it takes the record over, then reads the table in force. */
final class TakeOver {
  /** The time between two requests to the record. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);

  private final CommitRecord record;
  private final long epoch;
  private final RepeatedRequests requests;
  private final CompletableFuture<RecordedTable> table = new CompletableFuture<>();

  /** The reason of the last failure; each is told once. */
  private volatile String told = "";

  private TakeOver(CommitRecord record, long epoch, RepeatedRequests requests) {
    this.record = record;
    this.epoch = epoch;
    this.requests = requests;
  }

  /**
   * Takes a record over, which may be unavailable for any time.
   *
   * @return completes on the timeline with the entry and the table afterwards; fails with {@link
   *     DeposedException} if the leadership is lost, or another planner has taken over
   */
  static CompletionStage<RecordedTable> of(
      CommitRecord record, Leadership leadership, Timeline timeline) {
    long epoch = leadership.epoch();
    TakeOver takeOver =
        new TakeOver(record, epoch, new RepeatedRequests(timeline, timeline::execute, INTERVAL));
    timeline.execute(takeOver::ask);
    leadership
        .lost()
        .thenRun(
            () ->
                timeline.execute(
                    () -> takeOver.fail("the leadership of epoch " + epoch + " is lost")));
    return takeOver.table;
  }

  private void ask() {
    requests.untilDone(
        () -> record.takeOver(epoch).whenComplete(this::tell),
        entry -> {
          if (!isDeposed(Objects.requireNonNull(entry).epoch())) {
            requests.untilDone(() -> record.table().whenComplete(this::tell), this::read);
          }
        });
  }

  /** Tells why there is no answer yet; a record that is damaged stays so until a person helps. */
  private void tell(@Nullable Object answer, @Nullable Throwable thrown) {
    String reason = thrown == null ? "" : FailureReason.words(thrown);
    if (!reason.isEmpty() && !reason.equals(told)) {
      LOG.warn("the planner of epoch {} waits for the record: {}", epoch, reason);
    }
    told = reason;
  }

  private void read(@Nullable RecordedTable recorded) {
    if (!isDeposed(Objects.requireNonNull(recorded).entry().epoch())) {
      table.complete(recorded);
    }
  }

  private boolean isDeposed(long recordEpoch) {
    if (recordEpoch > epoch) {
      fail(
          "the planner of epoch %d has taken over before that of epoch %d"
              .formatted(recordEpoch, epoch));
    }
    return recordEpoch > epoch;
  }

  private void fail(String reason) {
    requests.stop();
    table.completeExceptionally(new DeposedException(reason));
  }
}
