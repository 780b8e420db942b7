package io.eplb.core.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs every rank on a thread of its own. */
final class Ranks {
  private Ranks() {}

  static GroupMember join(RankGroup group, int rank, int worldSize)
      throws ExecutionException, InterruptedException {
    return group.join(rank, worldSize, 1, "").toCompletableFuture().get();
  }

  /** Returns what the tasks return, in their order, once all have ended. */
  static <T> List<T> run(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
