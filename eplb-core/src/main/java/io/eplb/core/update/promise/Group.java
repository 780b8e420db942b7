package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The parties of an update, and the ways to ask them.
 *
 * @param epoch the epoch of the planner
 * @param record the record
 * @param topology the ranks and their nodes
 * @param ranks all ranks, in order
 * @param settings the limits of the update
 * @param timeline the clock and the timers
 * @param events runs events, one after another on the timeline
 * @param recordRequests repeats requests to the record until they are answered
 * @param messages repeats messages to ranks until they are answered
 * @param names the names of preparations and switches
 * @param lead the steps ahead of the ranks
 */
record Group(
    long epoch,
    CommitRecord record,
    EpTopology topology,
    List<LosableLink> ranks,
    UpdateSettings settings,
    Timeline timeline,
    Executor events,
    RepeatedRequests recordRequests,
    RepeatedRequests messages,
    Names names,
    Lead lead) {

  /** Asks all ranks, each once. */
  <T> void ask(
      Function<LosableLink, CompletionStage<T>> question,
      Duration longest,
      Consumer<GroupRequest<T>> then) {
    GroupRequest.ask(
        timeline, events, ranks.size(), rank -> question.apply(ranks.get(rank)), longest, then);
  }

  /** Tells all ranks something that they have to hear; a lost rank counts as answered. */
  void tell(
      Function<LosableLink, CompletionStage<Void>> message,
      Duration longest,
      Consumer<GroupRequest<Void>> then) {
    this.<Void>ask(rank -> messages.untilAnswered(() -> message.apply(rank)), longest, then);
  }
}
