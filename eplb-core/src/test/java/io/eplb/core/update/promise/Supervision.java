package io.eplb.core.update.promise;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/** Starts again what has died of the ranks, some time later. */
final class Supervision {
  private static final long INTERVAL = 500_000;

  private final Cluster cluster;
  private final LongSupplier absence;

  /** The ranks that are about to be started again. */
  private final Set<Integer> starting = new HashSet<>();

  /**
   * Creates a supervision.
   *
   * @param absence draws the nanoseconds until something is started again
   */
  Supervision(Cluster cluster, LongSupplier absence) {
    this.cluster = cluster;
    this.absence = absence;
  }

  /** Looks after all ranks from now on. */
  void start() {
    for (int rank = 0; rank < cluster.ranks(); rank++) {
      RankProcess process = cluster.rank(rank);
      if (process.needsRestart()) {
        later(rank, process::restart);
      }
    }
    cluster.time().at(cluster.time().nanoTime() + INTERVAL, this::start);
  }

  private void later(int rank, Runnable start) {
    if (starting.add(rank)) {
      cluster
          .time()
          .at(
              cluster.time().nanoTime() + absence.getAsLong(),
              () -> {
                starting.remove(rank);
                start.run();
              });
    }
  }
}
