package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the workers' scratch from plan to plan, since with many workers it would outweigh the table
 * that is built. One plan uses it at a time.
 */
final class ScratchShelf {
  private final @Nullable LayerScratch[] shelf;
  private final AtomicInteger taken = new AtomicInteger();
  private @Nullable EpTopology topology;
  private @Nullable MigrationBudget budget;

  ScratchShelf(int workers) {
    shelf = new LayerScratch[workers];
  }

  /** Puts everything back, and throws it away if it does not fit the next plan. */
  void reset(EpTopology nextTopology, MigrationBudget nextBudget) {
    if (!nextTopology.equals(topology) || !nextBudget.equals(budget)) {
      Arrays.fill(shelf, null);
    }
    topology = nextTopology;
    budget = nextBudget;
    taken.set(0);
  }

  /** Returns scratch that nobody else uses in this plan. */
  LayerScratch take(EpTopology forTopology, MigrationBudget forBudget) {
    int index = taken.getAndIncrement();
    LayerScratch scratch = shelf[index];
    if (scratch == null) {
      scratch = new LayerScratch(forTopology, forBudget);
      shelf[index] = scratch;
    }
    return scratch;
  }
}
