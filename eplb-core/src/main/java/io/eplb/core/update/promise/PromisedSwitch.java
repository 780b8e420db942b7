package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import io.eplb.core.timeline.GroupRequest;
import io.eplb.core.update.AbortReason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One switch of prepared layers, from the planner's side. Steps go on meanwhile. Used once, on the
 * updater's timeline.
 *
 * <pre>
 *   PROPOSING ─▶ ASKING ─▶ PROMISING ─▶ COMMITTING ─▶ TELLING ─▶ over, with the new table
 *       │           │          │             │ voided by a rank
 *       └───────────┴──────────┴─────────────┴─▶ VOIDING ─▶ again with a later fence, or
 *                                                           over, with the old table
 * </pre>
 *
 * <p>Before COMMITTING a failure or silence of any rank voids the switch. From then on the record
 * is asked until its decision is known. A fence that a rank has begun already, or has come to
 * before the decision, is no failure: the switch is tried again, further ahead.
 */
final class PromisedSwitch {
  /** The attempts to find a fence that is far enough ahead. */
  private static final int ATTEMPTS = 12;

  /** Longer than any wait. */
  static final Duration FOR_EVER = Duration.ofDays(365);

  private final Group group;
  private final List<Integer> layers;
  private final Placement rows;
  private final ExpertTable after;
  private final TableDigest digest;
  private final long fenceInForce;
  private final Listener listener;

  private SwitchName name;
  private Stage stage = Stage.PROPOSING;
  private int attempts;
  private long since;
  private boolean ended;

  /** The reason to end without a commit; null while there is none. */
  private @Nullable Failure failure;

  private enum Stage {
    PROPOSING,
    ASKING,
    PROMISING,
    COMMITTING,
    VOIDING,
    TELLING
  }

  /**
   * Creates a switch.
   *
   * @param before the table in force
   * @param digestBefore its digest
   * @param fenceInForce its fence
   * @param layers the layers that change, ascending
   * @param rows their new rows
   */
  PromisedSwitch(
      Group group,
      ExpertTable before,
      TableDigest digestBefore,
      long fenceInForce,
      List<Integer> layers,
      Placement rows,
      Listener listener) {
    this.group = group;
    this.layers = layers;
    this.rows = rows;
    this.after =
        before.withLayers(
            before.version() + 1, layers.stream().mapToInt(Integer::intValue).toArray(), rows);
    this.digest = digestBefore.with(after, layers);
    this.fenceInForce = fenceInForce;
    this.listener = listener;
    this.name = group.names().ofSwitch();
  }

  /** Returns the table after the switch. */
  ExpertTable after() {
    return after;
  }

  TableDigest digest() {
    return digest;
  }

  void start() {
    attempts++;
    stage = Stage.PROPOSING;
    since = now();
    untilKnown(
        Stage.PROPOSING,
        () -> group.record().propose(name, layers),
        entry -> {
          group.lead().decision(now() - since);
          if (failure != null) {
            resolve();
          } else if (entry.isProposed(name)) {
            askSteps();
          } else {
            decided(entry);
          }
        });
  }

  private long now() {
    return group.timeline().nanoTime();
  }

  private Duration patience() {
    return group.settings().switchTimeout();
  }

  /** Asks the record until it answers; later answers are ignored. */
  private void untilKnown(
      Stage asked, Supplier<CompletionStage<RecordEntry>> request, Consumer<RecordEntry> then) {
    group
        .recordRequests()
        .untilDone(
            request,
            entry -> {
              if (stage == asked && !ended) {
                then.accept(Objects.requireNonNull(entry));
              }
            });
  }

  private <T> void ask(
      Stage asked,
      Function<LosableLink, CompletionStage<T>> question,
      Consumer<GroupRequest<T>> then) {
    SwitchName of = name;
    stage = asked;
    since = now();
    group.ask(
        question,
        patience(),
        answers -> {
          if (stage == asked && name.equals(of)) {
            if (answers.complete()) {
              group.lead().request(now() - since);
              then.accept(answers);
            } else {
              int missed = answers.missed();
              fail(
                  AbortReason.of(answers.failure(missed)),
                  answers.explanation("rank " + missed, missed));
            }
          }
        });
  }

  private void askSteps() {
    this.<Long>ask(Stage.ASKING, LosableLink::nextStep, answers -> promise(fence(answers)));
  }

  private long fence(GroupRequest<Long> answers) {
    long fastest = 0;
    for (int rank = 0; rank < group.ranks().size(); rank++) {
      fastest = Math.max(fastest, answers.value(rank));
    }
    group.lead().step(fastest, now());
    long fence = Math.max(fenceInForce + 1, fastest + group.lead().steps());
    listener.fence(fence - fastest);
    return fence;
  }

  private void promise(long fence) {
    SwitchName promised = name;
    this.<RankLink.Promise>ask(
        Stage.PROMISING,
        rank -> rank.promise(promised, layers, fence, digest.toText()),
        answers -> {
          for (int rank = 0; rank < group.ranks().size(); rank++) {
            if (!answers.value(rank).given()) {
              resolve();
              return;
            }
          }
          commit(fence);
        });
  }

  private void commit(long fence) {
    stage = Stage.COMMITTING;
    since = now();
    untilKnown(
        Stage.COMMITTING,
        () -> group.record().commit(name, rows, fence, digest.toText()),
        entry -> {
          group.lead().decision(now() - since);
          decided(entry);
        });
  }

  /** Voids the switch, unless it is decided already. */
  private void resolve() {
    stage = Stage.VOIDING;
    untilKnown(Stage.VOIDING, () -> group.record().resolve(name), this::decided);
  }

  /** Carries out what an entry says about the switch. */
  private void decided(RecordEntry entry) {
    stage = Stage.TELLING;
    if (entry.isCommitted(name)) {
      group.lead().longEnough();
      listener.committed(this, entry.fence());
      tellCommitted();
    } else if (entry.epoch() > group.epoch()) {
      // The later planner's entry may hide that the switch was committed: ranks ask for themselves.
      end(deposedBy(entry.epoch()));
    } else {
      SwitchName voided = name;
      listener.voided();
      group.tell(
          rank -> rank.outcome(voided, false, after.version()), patience(), answers -> again());
    }
  }

  private static Failure deposedBy(long epoch) {
    return new Failure(
        AbortReason.UNAVAILABLE, "the planner of epoch %d has taken over".formatted(epoch));
  }

  private void tellCommitted() {
    SwitchName committed = name;
    group.tell(
        rank ->
            rank.outcome(committed, true, after.version())
                .thenCompose(nothing -> rank.switched(after.version())),
        FOR_EVER,
        answers -> {
          int lost = answers.failed();
          end(
              lost < 0
                  ? null
                  : new Failure(
                      AbortReason.UNAVAILABLE,
                      FailureReason.words(Objects.requireNonNull(answers.failure(lost)))));
        });
  }

  private void again() {
    if (failure == null && attempts == ATTEMPTS) {
      failure =
          new Failure(
              AbortReason.UNAVAILABLE,
              "ranks came to the fence before the decision, %d times".formatted(ATTEMPTS));
    }
    if (failure != null) {
      end(failure);
      return;
    }
    group.lead().tooShort();
    name = group.names().ofSwitch();
    start();
  }

  private void fail(AbortReason reason, String explanation) {
    if (failure == null) {
      failure = new Failure(reason, explanation);
    }
    resolve();
  }

  /**
   * Voids the switch unless the record has been asked to commit it; it ends in any case. Ranks that
   * have not heard of the outcome before a shutdown learn it from the record.
   */
  void cancel(AbortReason reason, String explanation) {
    Failure wanted = new Failure(reason, explanation);
    if (failure == null) {
      failure = wanted;
    }
    if (stage == Stage.ASKING || stage == Stage.PROMISING) {
      resolve();
    } else if (stage == Stage.TELLING && reason == AbortReason.SHUTDOWN) {
      end(wanted);
    }
  }

  private void end(@Nullable Failure why) {
    if (!ended) {
      ended = true;
      listener.ended(this, why);
    }
  }

  /**
   * The end of a switch without a commit, or of a rank after it.
   *
   * @param reason the reason
   * @param explanation the reason in words, on one line
   */
  record Failure(AbortReason reason, String explanation) {}

  /** Hears of a switch, on the timeline. */
  interface Listener {
    /** The new table is in force from a step on. */
    void committed(PromisedSwitch change, long fence);

    /** The record has decided that nothing changes; the switch may be tried again. */
    void voided();

    /** Ranks are asked to promise a fence so many steps ahead of the fastest one. */
    void fence(long ahead);

    /**
     * All ranks have carried the outcome out, but for lost ones.
     *
     * @param failure why the layers must not be tried again, or which rank was lost after the
     *     commit; null without a failure
     */
    void ended(PromisedSwitch change, @Nullable Failure failure);
  }
}
