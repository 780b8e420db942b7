package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.update.AbortReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commit record of one process: its context; it decides at once. */
final class LocalCommitRecord implements CommitRecord {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCommitRecord.class);

  private final EplbContext context;
  private @Nullable SwitchId decided;
  private @Nullable Decision decision;

  LocalCommitRecord(EplbContext context) {
    this.context = context;
  }

  @Override
  public ExpertTable current() {
    return context.current();
  }

  @Override
  public CompletionStage<Void> propose(SwitchId id) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Decision> commit(
      SwitchId id, long expectedVersion, int[] layers, Placement rows) {
    Decision known = decision;
    if (known == null || !id.equals(decided)) {
      known = decide(expectedVersion, layers, rows);
      decision = known;
      decided = id;
    }
    return CompletableFuture.completedFuture(known);
  }

  private Decision decide(long expectedVersion, int[] layers, Placement rows) {
    try {
      // The updater tells the listeners when steps go on.
      return context
          .replaceLayersUntold(expectedVersion, layers, rows)
          .map(Decision::committed)
          .orElseGet(
              () ->
                  Decision.refused(
                      AbortReason.STALE, "another writer has replaced version " + expectedVersion));
    } catch (RuntimeException | Error thrown) { // Nothing has been replaced.
      LOG.error("version {} could not be replaced", expectedVersion, thrown);
      return Decision.refused(
          AbortReason.INTERNAL, "the context has failed: " + FailureReason.words(thrown));
    }
  }
}
