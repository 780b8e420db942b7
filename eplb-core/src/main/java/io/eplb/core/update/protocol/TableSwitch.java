package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.update.AbortReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to switch all ranks to a table with new rows: the ranks hold their steps, drain and
 * exchange, the record decides, the ranks go on. Until the record is asked, any missing answer
 * aborts the switch; after that the switch waits for the record's decision and carries it out. Used
 * once, on the updater's timeline. Example, with two ranks:
 *
 * <pre>
 *   record   propose ✓
 *   ranks    hold     → rank 0 has begun step 7, rank 1 step 9: the fence is 10
 *   ranks    drain(10) → both have ended all steps below 10
 *   ranks    exchange ✓
 *   record   commit   → version 5
 *   ranks    commit(version 5): step 10 begins with it
 * </pre>
 */
final class TableSwitch {
  private final EngineAccess engine;
  private final SwitchId id;
  private final ExpertTable before;
  private final long[] incarnations;
  private final Supplier<List<LayerTransfer>> ready;
  private final Consumer<TableSwitch> then;

  private Stage stage = Stage.UNDECIDED;
  private long heldAt;
  private boolean held;
  private long fence;
  private boolean undrained;
  private List<LayerTransfer> transfers = List.of();

  /** The transfers that are ready before steps are held up, usually all, and their rows. */
  private final List<LayerTransfer> early;

  private @Nullable Placement rows;
  private final List<Failure> failures = new ArrayList<>();
  private @Nullable ExpertTable after;
  private @Nullable String broken;
  private boolean ended;

  private enum Stage {
    /** Nothing is decided; all exchanges can be taken back. */
    UNDECIDED,
    /** The record has been asked. */
    ASKED,
    /** The ranks are told that the new table is in force. */
    COMMITTED,
    /** The ranks are told that the old table stays in force. */
    ABORTED
  }

  /**
   * Creates a switch.
   *
   * @param before the table that memory agrees with
   * @param incarnations the incarnations of all ranks in the update
   * @param ready returns the received transfers
   * @param then called when all ranks go on, or the time for that is over
   */
  TableSwitch(
      EngineAccess engine,
      SwitchId id,
      ExpertTable before,
      long[] incarnations,
      Supplier<List<LayerTransfer>> ready,
      Consumer<TableSwitch> then) {
    this.engine = engine;
    this.id = id;
    this.before = before;
    this.incarnations = incarnations;
    this.ready = ready;
    this.then = then;
    this.early = List.copyOf(ready.get());
    this.rows = rows(early);
  }

  private Duration patience() {
    return engine.settings().switchTimeout();
  }

  /** Asks several, and goes on with the answers unless the switch has ended meanwhile. */
  private <T> void ask(
      int size,
      IntFunction<CompletionStage<T>> question,
      Duration longest,
      Consumer<GroupRequest<T>> next) {
    GroupRequest.ask(
        engine.timeline(),
        engine.events(),
        size,
        question,
        longest,
        answers -> {
          if (stage == Stage.UNDECIDED) {
            next.accept(answers);
          }
        });
  }

  private RankAgent rank(int index) {
    return engine.ranks().get(index);
  }

  /**
   * Starts.
   *
   * @param mustHaveEnded steps are held up only if all below this one have ended; otherwise a dead
   *     rank would stall all others for every layer
   */
  void start(long mustHaveEnded) {
    fence = mustHaveEnded;
    if (mustHaveEnded == 0) {
      propose();
      return;
    }
    ask(
        engine.ranks().size(),
        rank -> rank(rank).endedBelow(),
        patience(),
        answers -> {
          for (int rank = 0; rank < engine.ranks().size(); rank++) {
            if (answers.silent() == rank
                || answers.failure(rank) != null
                || answers.value(rank) < mustHaveEnded) {
              notDrained(rank);
              return;
            }
          }
          propose();
        });
  }

  private void propose() {
    ask(
        1,
        only -> engine.record().propose(id),
        patience(),
        answers -> {
          if (answers.complete()) {
            hold();
          } else {
            unavailable("the commit record", answers, 0);
          }
        });
  }

  private void hold() {
    held = true;
    heldAt = engine.timeline().nanoTime();
    ask(
        engine.ranks().size(),
        rank -> rank(rank).hold(id, incarnations[rank], engine.settings().drainTimeout()),
        engine.settings().drainTimeout(),
        answers -> {
          if (!answers.complete()) {
            unavailable("rank " + answers.missed(), answers, answers.missed());
            return;
          }
          fence = 0;
          for (int rank = 0; rank < engine.ranks().size(); rank++) {
            fence = Math.max(fence, answers.value(rank) + 1);
          }
          drain();
        });
  }

  private void drain() {
    long heldFor = engine.timeline().nanoTime() - heldAt;
    Duration left = engine.settings().drainTimeout().minusNanos(heldFor);
    ask(
        engine.ranks().size(),
        rank -> rank(rank).drain(id, fence),
        left.isNegative() ? Duration.ZERO : left,
        answers -> {
          if (!answers.complete()) {
            notDrained(answers.silent() >= 0 ? answers.silent() : answers.failed());
            return;
          }
          transfers = List.copyOf(ready.get());
          exchange();
        });
  }

  private void notDrained(int rank) {
    undrained = true;
    fail(
        AbortReason.DRAIN_TIMEOUT,
        "steps before %d have not all begun and ended within %s; rank %d has not"
            .formatted(fence, engine.settings().drainTimeout(), rank));
  }

  private void exchange() {
    List<LayerTransfer> transferOf = new ArrayList<>();
    List<Integer> rankOf = new ArrayList<>();
    for (LayerTransfer transfer : transfers) {
      for (int rank : transfer.proposals().keySet()) {
        transferOf.add(transfer);
        rankOf.add(rank);
      }
    }
    this.<Void>ask(
        rankOf.size(),
        index -> rank(rankOf.get(index)).exchange(id, transferOf.get(index).id()),
        patience(),
        answers -> {
          for (LayerTransfer transfer :
              answers.failed() < 0 ? List.<LayerTransfer>of() : transfers) {
            Throwable failure = firstFailure(answers, transferOf, transfer);
            if (failure != null) {
              failures.add(
                  new Failure(
                      transfer,
                      AbortReason.EXCHANGE_FAILED,
                      FailureReason.words(failure),
                      failure));
            }
          }
          if (transfers.isEmpty() || !failures.isEmpty()) {
            abort();
          } else if (answers.silent() >= 0) {
            unavailable("rank " + rankOf.get(answers.silent()), answers, answers.silent());
          } else {
            decide();
          }
        });
  }

  private static @Nullable Throwable firstFailure(
      GroupRequest<Void> answers, List<LayerTransfer> transferOf, LayerTransfer transfer) {
    for (int index = 0; index < transferOf.size(); index++) {
      if (transferOf.get(index) == transfer && answers.failure(index) != null) {
        return answers.failure(index);
      }
    }
    return null;
  }

  private void decide() {
    if (!transfers.equals(early)) {
      rows = rows(transfers);
    }
    stage = Stage.ASKED;
    ask();
  }

  private Placement rows(List<LayerTransfer> placed) {
    Placement.Builder builder = Placement.builder(before);
    for (LayerTransfer transfer : placed) {
      transfer.writeRow(builder);
    }
    return builder.build();
  }

  private void ask() {
    engine
        .requests()
        .untilDone(
            this::askRecord,
            decision -> engine.events().execute(() -> decided(Objects.requireNonNull(decision))));
  }

  private CompletionStage<Decision> askRecord() {
    int[] layers = transfers.stream().mapToInt(each -> each.layer().number()).toArray();
    return engine.record().commit(id, before.version(), layers, Objects.requireNonNull(rows));
  }

  private void decided(Decision decision) {
    if (stage != Stage.ASKED) {
      return; // It was asked twice.
    }
    ExpertTable table = decision.table();
    AbortReason reason = decision.reason();
    if (table == null) {
      fail(reason == null ? AbortReason.INTERNAL : reason, decision.explanation());
      return;
    }
    after = table;
    stage = Stage.COMMITTED;
    tellAll();
  }

  private void unavailable(String who, GroupRequest<?> answers, int index) {
    fail(AbortReason.of(answers.failure(index)), answers.explanation(who, index));
  }

  /** Aborts the switch and gives up its transfers, since they would fail again. */
  private void fail(AbortReason reason, String explanation) {
    for (LayerTransfer transfer : transfers.isEmpty() ? ready.get() : transfers) {
      failures.add(new Failure(transfer, reason, explanation, null));
    }
    abort();
  }

  private void abort() {
    stage = Stage.ABORTED;
    if (held) {
      tellAll();
    } else {
      end();
    }
  }

  private void tellAll() {
    GroupRequest.<Void>ask(
        engine.timeline(),
        engine.events(),
        engine.ranks().size(),
        rank -> engine.requests().untilAnswered(() -> tell(rank(rank), after)),
        patience(),
        answers -> {
          int lost = answers.failed();
          if (lost >= 0) {
            broken = FailureReason.words(Objects.requireNonNull(answers.failure(lost)));
          }
          end();
        });
  }

  private CompletionStage<Void> tell(RankAgent rank, @Nullable ExpertTable table) {
    return table == null ? rank.abort(id) : rank.commit(id, table);
  }

  private void end() {
    if (!ended) {
      ended = true;
      then.accept(this);
    }
  }

  /** Aborts, unless the record has been asked already; {@code then} is called in both cases. */
  void cancel() {
    if (stage == Stage.UNDECIDED) {
      abort();
    }
  }

  /** Goes on to the outcome after an internal fault, at any point. */
  void resume() {
    switch (stage) {
      case UNDECIDED, ABORTED -> abort();
      case ASKED -> ask();
      case COMMITTED -> tellAll();
    }
  }

  /** Tells the ranks the outcome after a second internal fault, without waiting or repeating. */
  void abandon() {
    ended = true;
    if (stage == Stage.ASKED) {
      askRecord()
          .thenAccept(
              decision ->
                  engine
                      .events()
                      .execute(() -> engine.ranks().forEach(rank -> tell(rank, decision.table()))));
    } else {
      engine.ranks().forEach(rank -> tell(rank, after));
    }
  }

  /** Returns the new table in force; null if the old one stays. */
  @Nullable ExpertTable table() {
    return after;
  }

  /** Returns the transfers in the new table; none if the old one stays. */
  List<LayerTransfer> placed() {
    return after == null ? List.of() : transfers;
  }

  /** Returns the transfers that must not be tried again, with their reasons. */
  List<Failure> failures() {
    return failures;
  }

  /** Returns the first step that was held up without success; 0 if steps have drained. */
  long heldInVain() {
    return undrained ? fence : 0;
  }

  /** Returns the nanoseconds that steps were held up; negative if they were not. */
  long pause() {
    return held ? engine.timeline().nanoTime() - heldAt : -1;
  }

  /** Returns the reason why a rank cannot serve any more; null if all can. */
  @Nullable String broken() {
    return broken;
  }

  /** A transfer that is not in the new table, with the reason. */
  record Failure(
      LayerTransfer transfer, AbortReason reason, String explanation, @Nullable Throwable thrown) {}
}
