package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.foreign.FailureReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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
  private final Supplier<List<Shipment>> ready;
  private final Consumer<TableSwitch> then;

  private Stage stage = Stage.UNDECIDED;
  private long heldAt;
  private boolean held;
  private long fence;
  private boolean undrained;
  private List<Shipment> shipments = List.of();
  private final List<Failure> failures = new ArrayList<>();
  private @Nullable ExpertTable after;
  private @Nullable String broken;

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
   * @param ready tells which shipments have been received, once steps have drained
   * @param then is told when all ranks go on, or have had time enough for that
   */
  TableSwitch(
      EngineAccess engine,
      SwitchId id,
      ExpertTable before,
      Supplier<List<Shipment>> ready,
      Consumer<TableSwitch> then) {
    this.engine = engine;
    this.id = id;
    this.before = before;
    this.ready = ready;
    this.then = then;
  }

  private Duration patience() {
    return engine.settings().switchTimeout();
  }

  private <T> void askAll(Question<T> question, Duration longest, Consumer<Round<T>> answers) {
    Round.ask(
        engine,
        engine.ranks().size(),
        rank -> question.ask(engine.ranks().get(rank)),
        longest,
        round -> {
          if (stage == Stage.UNDECIDED) {
            answers.accept(round);
          }
        });
  }

  private interface Question<T> {
    CompletionStage<T> ask(RankSide rank);
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
        RankSide::endedBelow,
        patience(),
        round -> {
          for (int rank = 0; rank < engine.ranks().size(); rank++) {
            if (round.silent() == rank
                || round.failure(rank) != null
                || round.value(rank) < mustHaveEnded) {
              notDrained(rank);
              return;
            }
          }
          propose();
        });
  }

  private void propose() {
    Round.ask(
        engine,
        1,
        only -> engine.record().propose(id),
        patience(),
        round -> {
          if (stage != Stage.UNDECIDED) {
            return;
          }
          if (round.complete()) {
            hold();
          } else {
            unavailable("the commit record", round, 0);
          }
        });
  }

  private void hold() {
    held = true;
    heldAt = engine.timeline().nanoTime();
    askAll(
        rank -> rank.hold(id, engine.settings().drainTimeout()),
        engine.settings().drainTimeout(),
        round -> {
          if (!round.complete()) {
            unavailable(round);
            return;
          }
          fence = 0;
          for (int rank = 0; rank < engine.ranks().size(); rank++) {
            fence = Math.max(fence, round.value(rank) + 1);
          }
          drain();
        });
  }

  private void drain() {
    long heldFor = engine.timeline().nanoTime() - heldAt;
    Duration left = engine.settings().drainTimeout().minusNanos(heldFor);
    askAll(
        rank -> rank.drain(id, fence),
        left.isNegative() ? Duration.ZERO : left,
        round -> {
          if (!round.complete()) {
            notDrained(round.silent() >= 0 ? round.silent() : round.failed());
            return;
          }
          shipments = List.copyOf(ready.get());
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
    List<Shipment> shipmentOf = new ArrayList<>();
    List<Integer> rankOf = new ArrayList<>();
    for (Shipment shipment : shipments) {
      for (int rank : shipment.members()) {
        shipmentOf.add(shipment);
        rankOf.add(rank);
      }
    }
    Round.<Void>ask(
        engine,
        rankOf.size(),
        index -> engine.ranks().get(rankOf.get(index)).exchange(id, shipmentOf.get(index).id()),
        patience(),
        round -> {
          if (stage != Stage.UNDECIDED) {
            return;
          }
          for (Shipment shipment : shipments) {
            Throwable failure = firstFailure(round, shipmentOf, shipment);
            if (failure != null) {
              failures.add(
                  new Failure(
                      shipment,
                      AbortReason.EXCHANGE_FAILED,
                      FailureReason.words(failure),
                      failure));
            }
          }
          if (shipments.isEmpty() || !failures.isEmpty()) {
            abort();
          } else if (round.silent() >= 0) {
            unavailable("rank " + rankOf.get(round.silent()), round, round.silent());
          } else {
            decide();
          }
        });
  }

  private static @Nullable Throwable firstFailure(
      Round<Void> round, List<Shipment> shipmentOf, Shipment shipment) {
    for (int index = 0; index < shipmentOf.size(); index++) {
      if (shipmentOf.get(index) == shipment && round.failure(index) != null) {
        return round.failure(index);
      }
    }
    return null;
  }

  private void decide() {
    stage = Stage.ASKED;
    int[] layers = shipments.stream().mapToInt(each -> each.job().layer()).toArray();
    Placement.Builder rows = Placement.builder(before);
    for (Shipment shipment : shipments) {
      shipment.writeRow(rows, before.placement().hasReplicaOrder());
    }
    Placement next = rows.build();
    engine
        .reminders()
        .insist(
            () -> engine.record().commit(id, before.version(), layers, next),
            decision -> engine.events().execute(() -> decided(Objects.requireNonNull(decision))));
  }

  private void decided(Decision decision) {
    ExpertTable table = decision.table();
    AbortReason reason = decision.reason();
    if (table == null) {
      fail(reason == null ? AbortReason.INTERNAL : reason, decision.explanation());
      return;
    }
    after = table;
    stage = Stage.COMMITTED;
    tellAll(rank -> rank.commit(id, table));
  }

  private void unavailable(Round<Long> round) {
    int rank = round.failed() >= 0 ? round.failed() : round.silent();
    unavailable("rank " + rank, round, rank);
  }

  private void unavailable(String who, Round<?> round, int index) {
    Throwable failure = round.failure(index);
    if (failure == null) {
      fail(AbortReason.UNAVAILABLE, who + " has not answered in time");
    } else {
      fail(
          failure instanceof InternalException ? AbortReason.INTERNAL : AbortReason.UNAVAILABLE,
          who + " could not take part: " + FailureReason.words(failure));
    }
  }

  /** Gives up what was to be switched: it would fail again. */
  private void fail(AbortReason reason, String explanation) {
    for (Shipment shipment : shipments.isEmpty() ? ready.get() : shipments) {
      failures.add(new Failure(shipment, reason, explanation, null));
    }
    abort();
  }

  private void abort() {
    stage = Stage.ABORTED;
    if (held) {
      tellAll(rank -> rank.abort(id));
    } else {
      then.accept(this);
    }
  }

  private void tellAll(Question<Void> order) {
    Round.<Void>ask(
        engine,
        engine.ranks().size(),
        rank -> engine.reminders().order(() -> order.ask(engine.ranks().get(rank))),
        patience(),
        round -> {
          int lost = round.failed();
          if (lost >= 0) {
            broken = FailureReason.words(Objects.requireNonNull(round.failure(lost)));
          }
          then.accept(this);
        });
  }

  /** Aborts, unless the record has been asked already; whichever it is, the end is told. */
  void cancel() {
    if (stage == Stage.UNDECIDED) {
      abort();
    }
  }

  /** After a fault of ours: tells the ranks what is known, and waits for nothing. */
  void abandon() {
    for (RankSide rank : engine.ranks()) {
      ExpertTable table = after;
      if (table != null) {
        rank.commit(id, table);
      } else if (stage != Stage.ASKED) {
        rank.abort(id);
      }
    }
  }

  /** Returns the table that is in force by this; null if the old one stays. */
  @Nullable ExpertTable table() {
    return after;
  }

  /** Returns what is in place by this; nothing unless a table is in force by it. */
  List<Shipment> placed() {
    return after == null ? List.of() : shipments;
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

  /** A shipment that is not in place, and why. */
  record Failure(
      Shipment shipment, AbortReason reason, String explanation, @Nullable Throwable thrown) {}
}
