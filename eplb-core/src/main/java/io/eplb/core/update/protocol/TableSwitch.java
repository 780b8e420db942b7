package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.foreign.FailureReason;
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
 * exchange, the record decides, the ranks go on. Until the record is asked, whatever is missing
 * ends in the old table; from then on the record's answer is waited for, and carried out. Used
 * once, on the updater's timeline.
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

  /** What is ready before steps are held up, and its rows: most often that is all. */
  private final List<LayerTransfer> early;

  private @Nullable Placement rows;
  private final List<Failure> failures = new ArrayList<>();
  private @Nullable ExpertTable after;
  private @Nullable String broken;
  private boolean ended;

  private enum Stage {
    /** Nothing is decided; whatever has been done can be taken back. */
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
   * @param before what memory agrees with
   * @param incarnations of all ranks, as they take part in the update
   * @param ready tells which transfers have been received, once steps have drained
   * @param then is told when all ranks go on, or have had time enough for that
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

  private <T> void askAll(
      IntFunction<CompletionStage<T>> question, Duration longest, Consumer<GroupRequest<T>> next) {
    GroupRequest.ask(
        engine,
        engine.ranks().size(),
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
   * @param mustHaveEnded steps are not held up unless all below this one have ended: a rank that
   *     has died would make all others stall for every layer
   */
  void start(long mustHaveEnded) {
    fence = mustHaveEnded;
    if (mustHaveEnded == 0) {
      propose();
      return;
    }
    askAll(
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
    GroupRequest.ask(
        engine,
        1,
        only -> engine.record().propose(id),
        patience(),
        answers -> {
          if (stage != Stage.UNDECIDED) {
            return;
          }
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
    askAll(
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
    askAll(
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
    GroupRequest.<Void>ask(
        engine,
        rankOf.size(),
        index -> engine.ranks().get(rankOf.get(index)).exchange(id, transferOf.get(index).id()),
        patience(),
        answers -> {
          if (stage != Stage.UNDECIDED) {
            return;
          }
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
      transfer.writeRow(builder, before.placement().hasReplicaOrder());
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
    fail(answers.reason(index), answers.explanation(who, index));
  }

  /** Gives up what was to be switched: it would fail again. */
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
        engine,
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

  /** Aborts, unless the record has been asked already; whichever it is, the end is told. */
  void cancel() {
    if (stage == Stage.UNDECIDED) {
      abort();
    }
  }

  /** After a fault of ours, which may have left out anything: goes on to the outcome. */
  void resume() {
    switch (stage) {
      case UNDECIDED, ABORTED -> abort();
      case ASKED -> ask();
      case COMMITTED -> tellAll();
    }
  }

  /** After a second one: the ranks hear of the outcome, but nothing is waited for or repeated. */
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

  /** Returns the table that is in force by this; null if the old one stays. */
  @Nullable ExpertTable table() {
    return after;
  }

  /** Returns what is in place by this; nothing unless a table is in force by it. */
  List<LayerTransfer> placed() {
    return after == null ? List.of() : transfers;
  }

  /** Returns what must not be tried again, and why. */
  List<Failure> failures() {
    return failures;
  }

  /** Returns the first step that was held up in vain; 0 if steps have drained. */
  long heldInVain() {
    return undrained ? fence : 0;
  }

  /** Returns for how long steps have been held up; negative if they were not. */
  long pause() {
    return held ? engine.timeline().nanoTime() - heldAt : -1;
  }

  /** Returns why a rank cannot serve any more; null if all can. */
  @Nullable String broken() {
    return broken;
  }

  /** A transfer that is not in place, and why. */
  record Failure(
      LayerTransfer transfer, AbortReason reason, String explanation, @Nullable Throwable thrown) {}
}
