package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import io.eplb.core.foreign.FailureReason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * The loads of many processes: totals that all ranks tell, less those at the beginning of the
 * interval. An interval that could not be taken goes on: its tokens are in the next one.
 */
final class ClusterLoads implements LoadSource {
  private final PresentRanks ranks;
  private final int layers;
  private final int experts;

  /** The totals at the beginning of the interval; guarded by this. */
  private TokenTotals beginning;

  /** Creates a source whose first interval {@linkplain #beginInterval has to begin}. */
  ClusterLoads(PresentRanks ranks, int layers, int experts) {
    this.ranks = ranks;
    this.layers = layers;
    this.experts = experts;
    this.beginning = new TokenTotals(ranks.ranks(), layers, experts);
  }

  /** Begins an interval; completes when all ranks have told their totals, or failed to. */
  CompletionStage<Void> beginInterval() {
    return totals().thenAccept(this::begin);
  }

  @Override
  public List<MeasuredLoad> collect() throws InterruptedException {
    TokenTotals before = beginning();
    TokenTotals now;
    try {
      now = totals().get();
    } catch (ExecutionException failed) {
      throw new InvalidInputException(FailureReason.words(failed), failed);
    }
    begin(before, now);
    return now.since(before);
  }

  private synchronized TokenTotals beginning() {
    return beginning;
  }

  private synchronized void begin(TokenTotals now) {
    beginning = now;
  }

  /** Ends an interval, unless another has begun meanwhile: then nobody waits for this one. */
  private synchronized void begin(TokenTotals before, TokenTotals now) {
    if (beginning == before) {
      beginning = now;
    }
  }

  /** Asks all ranks for their totals. */
  private CompletableFuture<TokenTotals> totals() {
    TokenTotals totals = new TokenTotals(ranks.ranks(), layers, experts);
    return CompletableFuture.allOf(
            IntStream.range(0, ranks.ranks())
                .mapToObj(rank -> add(rank, totals))
                .toArray(CompletableFuture[]::new))
        .thenApply(all -> totals);
  }

  private CompletableFuture<Void> add(int rank, TokenTotals totals) {
    CompletionStage<Void> added =
        ranks.ask(rank, RankMeasures::loads).thenAccept(loads -> totals.add(rank, loads));
    return added
        .exceptionally(
            thrown -> {
              throw new InvalidInputException(
                  "rank %d has not told its loads: %s".formatted(rank, FailureReason.words(thrown)),
                  thrown);
            })
        .toCompletableFuture();
  }
}
