package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.NumberArray;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions and answers of tests. */
final class Asks {
  private Asks() {}

  /** Returns an array of a shape. */
  static NumberArray array(int[] shape, double... values) {
    return new NumberArray(shape, values);
  }

  /** Returns the rows of a table as layers × ranks × slots. */
  static NumberArray current(ExpertTable table) {
    double[] values = new double[table.layers() * table.physicalExperts()];
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int slot = 0; slot < row.length; slot++) {
        values[layer * row.length + slot] = row[slot];
      }
    }
    return new NumberArray(new int[] {table.layers(), table.ranks(), table.slotsPerRank()}, values);
  }

  /** Returns one window of loads that differ from layer to layer and from seed to seed. */
  static NumberArray load(int layers, int experts, int seed) {
    double[] values = new double[layers * experts];
    for (int at = 0; at < values.length; at++) {
      int hot = (at + seed * 3 + at / experts) % experts;
      values[at] = 10 + 1_000.0 / (1 + hot) + (at * 7 + seed * 13) % 5 + seed / 1_024.0;
    }
    return new NumberArray(new int[] {layers, experts}, values);
  }

  /** Waits for an answer; the limit only ends a test that hangs. */
  static PlanAnswer answer(CompletableFuture<PlanAnswer> future) {
    return get(future);
  }

  /** Returns the refusal of a question. */
  static Throwable refusal(CompletableFuture<PlanAnswer> future) {
    try {
      future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      return refused.getCause() == null ? refused : refused.getCause();
    } catch (InterruptedException | TimeoutException hung) {
      throw new AssertionError("no answer", hung);
    }
    throw new AssertionError("it was answered");
  }

  static <T> T get(Future<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException failed) {
      throw new AssertionError("no answer", failed);
    }
  }
}
