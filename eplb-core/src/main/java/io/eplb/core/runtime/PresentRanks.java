package io.eplb.core.runtime;

import io.eplb.api.InternalException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The connections to the ranks that are there. One thread sets them, any thread reads. */
final class PresentRanks {
  private final AtomicReferenceArray<@Nullable RankConnection> connections;

  PresentRanks(int ranks) {
    connections = new AtomicReferenceArray<>(ranks);
  }

  int ranks() {
    return connections.length();
  }

  void connect(int rank, RankConnection connection) {
    connections.set(rank, connection);
  }

  void disconnect(int rank) {
    connections.set(rank, null);
  }

  /** Returns whether a rank is there. */
  boolean has(int rank) {
    return connections.get(rank) != null;
  }

  /** Asks a rank; the stage fails if it is away. */
  <T> CompletionStage<T> ask(int rank, Function<RankMeasures, CompletionStage<T>> question) {
    RankConnection connection = connections.get(rank);
    if (connection == null) {
      return CompletableFuture.failedFuture(new InternalException("rank " + rank + " is away"));
    }
    try {
      return question.apply(connection.measures());
    } catch (RuntimeException thrown) { // Foreign code.
      return CompletableFuture.failedFuture(thrown);
    }
  }
}
