package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.foreign.FailureReason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record of one process: its context, which decides at once. */
final class ContextRecord implements CommitRecord {
  private static final Logger LOG = LoggerFactory.getLogger(ContextRecord.class);

  private final EplbContext context;
  private @Nullable SwitchId decided;
  private @Nullable Decision decision;

  ContextRecord(EplbContext context) {
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
      return context
          .replaceLayers(expectedVersion, layers, rows)
          .map(Decision::committed)
          .orElseGet(
              () ->
                  Decision.refused(
                      AbortReason.STALE, "another writer has replaced version " + expectedVersion));
    } catch (Throwable thrown) { // A listener may throw an error after the update has happened.
      LOG.warn("the update of version {} threw", expectedVersion, thrown);
      return happenedNevertheless(expectedVersion + 1, layers, rows)
          .map(Decision::committed)
          .orElseGet(
              () ->
                  Decision.refused(
                      AbortReason.INTERNAL,
                      "the context has failed: " + FailureReason.words(thrown)));
    }
  }

  private Optional<ExpertTable> happenedNevertheless(long version, int[] layers, Placement rows) {
    try {
      ExpertTable table = context.tableAt(version);
      for (int layer : layers) {
        if (!table.sameLayer(layer, rows)) {
          return Optional.empty();
        }
      }
      return Optional.of(table);
    } catch (RuntimeException notThere) {
      return Optional.empty();
    }
  }
}
