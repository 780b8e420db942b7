package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.ExpertWeights;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one rank: prepares layers, promises switches, and sees to it that the gate learns
 * each outcome, whatever becomes of the planner. The package comment describes the protocol.
 *
 * <pre>
 *            promise               outcome by message, by watch,
 *   FREE ─────────────▶ PROMISED ──or by asking at the fence──▶ COMMITTED ──carried out──▶ FREE
 *    ▲                      └──── void ────▶ FREE                   │
 *    └──────────────────────────────────────────   an exchange fails ▼   BROKEN
 * </pre>
 *
 * <p>Thread-safe: requests are handled one after another on the timeline.
 */
public final class RankSide implements RankLink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RankSide.class);

  private final int rank;
  private final long incarnation;
  private final RankGate gate;
  private final CommitRecord record;
  private final RankSettings settings;
  private final Timeline timeline;
  private final PreparedLayers prepared;

  // The following belong to the timeline.

  private CommitRecord.Watch watch = () -> {};

  /** The table of the last commit; the gate serves it, or will from the open promise's fence on. */
  private ExpertTable table;

  private TableDigest digest;
  private long epoch;
  private @Nullable OpenPromise open;

  /** Comes as long as a promise is open. */
  private Timeline.Scheduled nextLook = () -> {};

  /** The last switch whose outcome is known; all earlier ones are over too. */
  private @Nullable SwitchName over;

  private String broken = "";
  private boolean closed;
  private long promisesGiven;
  private long promisesRefused;

  // Written on the timeline, read by everyone.
  private volatile RankFigures figures = new RankFigures(0, 0, 0, 0, 0);

  /**
   * Creates the side of a rank, and goes on from a promise of its gate if there is one.
   *
   * @param incarnation the number of this start of the rank's memory, different from earlier ones
   * @param weights the memory of this rank, which agrees with the gate's table
   * @param gate the rank's gate; nothing else makes promises
   * @param record the record; when the rank was started, no earlier incarnation's promise was
   *     undecided
   * @throws IllegalStateException if the gate has no table yet, or its engine has started anew
   */
  public RankSide(
      int rank,
      long incarnation,
      ExpertWeights weights,
      RankGate gate,
      CommitRecord record,
      RankSettings settings,
      Timeline timeline) {
    this.rank = rank;
    this.incarnation = incarnation;
    this.gate = gate;
    this.record = record;
    this.settings = settings;
    this.timeline = timeline;
    this.prepared = new PreparedLayers(weights, rank, settings.receivesAtOnce(), this::post);
    RankGate.View view = gate.view();
    this.table = view.table();
    this.digest = TableDigest.of(table);
    RankGate.Pending pending = view.pending();
    post(
        () -> {
          // An entry must not be looked at before the promise that it may decide.
          if (pending != null) {
            inherit(pending);
          }
          watch = record.watch(entry -> post(() -> learn(entry)));
          learn(record.latest());
        });
  }

  /** Goes on from the promise of the gate, which an agent before this one made. */
  private void inherit(RankGate.Pending pending) {
    OpenPromise inherited = OpenPromise.inherited(pending, table, digest);
    prepared.take(inherited.inherited());
    open = inherited;
    if (pending.committed()) {
      follow(inherited);
    }
    lookLater();
  }

  /** Runs an event on the timeline; after its end the event has no effect. */
  private void post(Runnable event) {
    try {
      timeline.execute(() -> handle(event));
    } catch (RejectedExecutionException ended) {
      LOG.debug("an event came after the end of the timeline", ended);
    }
  }

  private void handle(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException
        | Error thrown) { // The gate keeps its promise; it is looked at again.
      LOG.error("rank {}: an event has failed", rank, thrown);
    } finally {
      publish();
    }
  }

  private <T> CompletionStage<T> answer(Supplier<? extends CompletionStage<T>> action) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      timeline.execute(
          () -> {
            try {
              requireServing();
              action
                  .get()
                  .whenComplete(
                      (value, thrown) -> {
                        if (thrown == null) {
                          answer.complete(value);
                        } else {
                          answer.completeExceptionally(thrown);
                        }
                      });
            } catch (RuntimeException | Error thrown) { // The planner has to hear of any fault.
              answer.completeExceptionally(thrown);
            } finally {
              publish();
            }
          });
    } catch (RejectedExecutionException ended) {
      answer.completeExceptionally(new IllegalStateException("rank " + rank + " is closed", ended));
    }
    return answer.minimalCompletionStage();
  }

  private void requireServing() {
    if (closed) {
      throw new IllegalStateException("the agent of rank " + rank + " is closed");
    }
    if (!broken.isEmpty()) {
      throw new InternalException(broken);
    }
  }

  private void requireIncarnation(long asked) {
    if (asked != incarnation) {
      throw new InternalException(
          "rank %d has restarted; this is its incarnation %d, not %d"
              .formatted(rank, incarnation, asked));
    }
  }

  private void requireEpoch(long asked) {
    if (asked != epoch) {
      throw new IllegalStateException(
          "rank %d takes part in no update of epoch %d; it has joined epoch %d"
              .formatted(rank, asked, epoch));
    }
  }

  @Override
  public CompletionStage<Joined> join(long joined, long firstNumber, long version) {
    return answer(
        () -> {
          if (joined < epoch) {
            throw new IllegalStateException("the planner of epoch " + joined + " is deposed");
          }
          OpenPromise undecided = open;
          if (undecided != null && !undecided.isCommitted()) {
            ask(undecided);
            throw new IllegalStateException("the outcome of " + undecided.name() + " is not known");
          }
          requireVersion(version);
          epoch = joined;
          prepared.begin(joined, firstNumber);
          return CompletableFuture.completedFuture(
              new Joined(incarnation, prepared.freeBuffers(), gate.status().nextStep()));
        });
  }

  private void requireVersion(long version) {
    if (version > table.version()) {
      throw outdated(version);
    }
    if (version < table.version()) {
      throw new IllegalStateException(
          "rank %d is at version %d; the update is for version %d"
              .formatted(rank, table.version(), version));
    }
  }

  /** Stops the steps of a rank that has missed a commit. */
  private InternalException outdated(long version) {
    fail(
        "rank %d is at version %d, version %d is in force; it must restart from the record"
            .formatted(rank, table.version(), version));
    return new InternalException(broken);
  }

  private void fail(String reason) {
    LOG.error("{}", reason);
    broken = reason;
    gate.fail(reason);
    OpenPromise promised = open;
    if (promised != null) {
      promised.carriedOut().completeExceptionally(new InternalException(reason));
    }
  }

  @Override
  public CompletionStage<Void> prepare(long asked, Preparation preparation) {
    return answer(
        () -> {
          requireIncarnation(asked);
          requireEpoch(preparation.epoch());
          preparation.requireFit(table);
          return prepared.prepare(preparation);
        });
  }

  @Override
  public CompletionStage<Void> release(long asked, long ofEpoch, long number) {
    return answer(
        () -> {
          requireIncarnation(asked);
          return prepared.release(ofEpoch, number);
        });
  }

  @Override
  public CompletionStage<Long> nextStep(long asked) {
    return answer(
        () -> {
          requireIncarnation(asked);
          return CompletableFuture.completedFuture(gate.status().nextStep());
        });
  }

  @Override
  public CompletionStage<Promise> promise(
      long asked, SwitchName name, List<Integer> layers, long fence, String newDigest) {
    return answer(
        () -> {
          requireIncarnation(asked);
          requireEpoch(name.epoch());
          Promise promise = promise(name, layers, fence, newDigest);
          if (promise.given()) {
            promisesGiven++;
          } else {
            promisesRefused++;
          }
          return CompletableFuture.completedFuture(promise);
        });
  }

  private Promise promise(SwitchName name, List<Integer> layers, long fence, String newDigest) {
    OpenPromise before = open;
    if (before != null) {
      if (before.name().equals(name) && before.fence() == fence) {
        return new Promise(true, gate.status().nextStep());
      }
      ask(before);
      throw new IllegalStateException(
          "rank %d cannot promise %s: %s is not over".formatted(rank, name, before.name()));
    }
    if (isOver(name)) {
      throw new IllegalStateException(name + " is over");
    }
    OpenPromise wanted =
        OpenPromise.of(name, fence, layers.stream().map(prepared::of).toList(), table, digest);
    if (!wanted.digest().toText().equals(newDigest)) {
      throw new IllegalStateException(
          "rank %d has another table than the planner after %s".formatted(rank, name));
    }
    if (!gate.promise(wanted.change(), fence)) {
      return new Promise(false, gate.status().nextStep());
    }
    PreparedLayers.promise(wanted.layers());
    open = wanted;
    lookLater();
    return new Promise(true, gate.status().nextStep());
  }

  private boolean isOver(SwitchName name) {
    return over != null && name.compareTo(over) <= 0;
  }

  @Override
  public CompletionStage<Void> outcome(
      long asked, SwitchName name, boolean committed, long version) {
    return answer(
        () -> {
          requireIncarnation(asked);
          OpenPromise promised = open;
          if (promised != null && promised.name().equals(name)) {
            if (committed) {
              committed(promised);
            } else {
              withdrawn(promised);
            }
          } else if (!isOver(name)) {
            if (committed && version > table.version()) {
              throw outdated(version);
            }
            if (promised == null) {
              over = name;
            }
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  private void committed(OpenPromise promised) {
    if (!promised.isCommitted()) {
      gate.commit();
      follow(promised);
    }
  }

  /** Counts a promise that the gate has committed as the last commit. */
  private void follow(OpenPromise promised) {
    promised.commit();
    table = promised.table();
    digest = promised.digest();
  }

  private void withdrawn(OpenPromise promised) {
    if (promised.isCommitted()) {
      throw new IllegalStateException(promised.name() + " is committed; it cannot be void");
    }
    gate.withdraw();
    prepared.withdraw(promised.layers());
    prepared.giveBack(promised.inherited());
    conclude(promised);
    LOG.info("rank {} serves version {} on: {} is void", rank, table.version(), promised.name());
  }

  private void conclude(OpenPromise promised) {
    open = null;
    over = promised.name();
  }

  @Override
  public CompletionStage<Void> switched(long asked, long version) {
    return answer(
        () -> {
          requireIncarnation(asked);
          OpenPromise promised = open;
          if (promised != null && promised.table().version() == version) {
            return promised.carriedOut();
          }
          if (version > table.version()) {
            throw new IllegalStateException(
                "rank %d has not promised version %d".formatted(rank, version));
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  private void lookLater() {
    nextLook.cancel();
    try {
      nextLook = timeline.schedule(() -> handle(this::look), settings.look());
    } catch (RejectedExecutionException ended) {
      LOG.debug("the timeline has ended", ended);
    }
  }

  /** Looks at the gate while a promise is open. */
  private void look() {
    OpenPromise promised = open;
    if (promised == null || closed || !broken.isEmpty()) {
      return;
    }
    try {
      look(promised, gate.status());
    } finally {
      if (open != null) {
        lookLater();
      }
    }
  }

  private void look(OpenPromise promised, RankGate.Status status) {
    switch (status.phase()) {
      case BROKEN -> fail(status.reason());
      case OPEN -> carriedOut(promised);
      case PROMISED -> {
        if (status.waiting()) {
          ask(promised);
        }
      }
      case COMMITTED -> {}
    }
  }

  private void carriedOut(OpenPromise promised) {
    prepared.switched(promised.layers());
    prepared.giveBack(promised.inherited());
    conclude(promised);
    promised.carriedOut().complete(null);
    LOG.info(
        "rank {} serves version {} from step {} on",
        rank,
        promised.table().version(),
        promised.fence());
  }

  /** Asks the record for the outcome of a switch, which it voids if it is undecided. */
  private void ask(OpenPromise promised) {
    long now = timeline.nanoTime();
    if (promised.isCommitted() || !promised.mayAsk(now, settings.patience().toNanos())) {
      return;
    }
    promised.asked(now);
    record
        .resolve(promised.name())
        .whenComplete(
            (entry, thrown) ->
                post(
                    () -> {
                      promised.answered();
                      if (thrown == null) {
                        learn(entry);
                      } else {
                        LOG.debug("rank {}: the record did not answer", rank, thrown);
                      }
                    }));
  }

  /** Learns what an entry of the record tells about the open promise. */
  private void learn(RecordEntry entry) {
    OpenPromise promised = open;
    if (!broken.isEmpty() || closed) {
      return;
    }
    if (promised != null && !promised.isCommitted()) {
      switch (entry.outcomeOf(promised.name(), table.version())) {
        case COMMITTED -> committed(promised);
        case VOID -> withdrawn(promised);
        case UNKNOWN -> {}
      }
    } else if (entry.version() > table.version()) {
      outdated(entry.version());
    }
  }

  private void publish() {
    figures =
        new RankFigures(
            promisesGiven,
            promisesRefused,
            prepared.received(),
            prepared.failed(),
            prepared.buffersInUse());
  }

  /** Returns what this side has done so far. */
  public RankFigures figures() {
    return figures;
  }

  /**
   * Takes no more requests and starts no more copies; the gate keeps its promise. Closing again has
   * no effect.
   */
  @Override
  public void close() {
    post(
        () -> {
          closed = true;
          watch.close();
          prepared.end();
        });
  }

  /**
   * Completes after {@link #close} when this side changes nothing any more: neither the gate nor a
   * buffer. Before that, the rank's memory must not be given to another side, nor to an engine that
   * starts anew. The timeline must last until then.
   */
  public CompletionStage<Void> closed() {
    return prepared.ended();
  }
}
