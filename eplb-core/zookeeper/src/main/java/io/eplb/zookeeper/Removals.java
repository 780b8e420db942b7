package io.eplb.zookeeper;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Removals of what this process has left behind, each tried until it succeeds. Used by one thread.
 */
final class Removals {
  private final List<Supplier<CompletableFuture<Void>>> open = new ArrayList<>();

  void add(Supplier<CompletableFuture<Void>> removal) {
    open.add(removal);
    attempt(removal);
  }

  /** Tries again, since the connection is back. */
  void retry() {
    List.copyOf(open).forEach(this::attempt);
  }

  private void attempt(Supplier<CompletableFuture<Void>> removal) {
    Requests.alone(removal.get().thenRun(() -> open.remove(removal)));
  }
}
