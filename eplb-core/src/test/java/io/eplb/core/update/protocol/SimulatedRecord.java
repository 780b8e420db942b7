package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.update.AbortReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A record somewhere else, at its place: it decides each switch once, and lets ranks void what is
 * undecided.
 */
final class SimulatedRecord implements CommitRecord {
  private final Set<SwitchId> proposed = new HashSet<>();
  private final Map<SwitchId, Decision> decisions = new HashMap<>();
  private final Consumer<SwitchId> committing;
  private ExpertTable table;
  private ExpertTable previous;
  private int commits;
  private int answersToLose;
  private boolean closed;
  private @Nullable Runnable onCommit;

  /**
   * Creates a record.
   *
   * @param committing told of every switch that is about to be committed
   */
  SimulatedRecord(ExpertTable table, Consumer<SwitchId> committing) {
    this.table = table;
    this.previous = table;
    this.committing = committing;
  }

  @Override
  public ExpertTable current() {
    return table;
  }

  @Override
  public CompletionStage<Void> propose(SwitchId id) {
    if (closed) {
      throw new IllegalStateException("the record is closed");
    }
    proposed.add(id);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Decision> commit(
      SwitchId id, long expectedVersion, int[] layers, Placement rows) {
    Decision decision =
        decisions.computeIfAbsent(id, asked -> decide(id, expectedVersion, layers, rows));
    answersToLose--;
    return answersToLose >= 0
        ? new CompletableFuture<>()
        : CompletableFuture.completedFuture(decision);
  }

  /** Loses the next answers to who asks for a decision. */
  void loseAnswers(int count) {
    answersToLose = count;
  }

  /** Lets no switch be announced any more. */
  void refuseProposals() {
    closed = true;
  }

  private Decision decide(SwitchId id, long expectedVersion, int[] layers, Placement rows) {
    if (!proposed.contains(id) || table.version() != expectedVersion) {
      return Decision.refused(AbortReason.STALE, "it is not for version " + table.version());
    }
    committing.accept(id);
    previous = table;
    table = table.withLayers(table.version() + 1, layers, rows);
    commits++;
    if (onCommit != null) {
      onCommit.run();
    }
    return Decision.committed(table);
  }

  /** Runs something at the instant of the next commits. */
  void onCommit(Runnable action) {
    onCommit = action;
  }

  /** Returns the table before the last commit; the one in force if there was none. */
  ExpertTable previous() {
    return previous;
  }

  /** Decides against a switch unless it is decided; returns what it is. */
  Decision voidUnlessDecided(SwitchId id) {
    return decisions.computeIfAbsent(
        id, asked -> Decision.refused(AbortReason.UNAVAILABLE, "a rank has voided it"));
  }

  /** Decides against all switches that are not decided: a rank has lost what it promised. */
  void voidUndecided() {
    proposed.forEach(this::voidUnlessDecided);
  }

  int commits() {
    return commits;
  }
}
