package io.eplb.core.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The requests of a planner to ranks and record, by their names in the order in which they are
 * made; a test does something before or after one of them.
 */
final class Arrow {
  private final List<String> passed = new ArrayList<>();
  private String awaited = "";
  private boolean before;
  private Runnable action = () -> {};

  /** Does something once, just before or just after the first request of that name. */
  void at(String name, boolean beforeIt, Runnable newAction) {
    awaited = name;
    before = beforeIt;
    action = newAction;
  }

  /** Returns the names of the requests so far, each once. */
  List<String> passed() {
    return passed.stream().distinct().toList();
  }

  boolean awaitsNothing() {
    return awaited.isEmpty();
  }

  /**
   * Lets a request pass.
   *
   * @param alive whether the one that is asked lives; else the request has no effect and no answer
   */
  <T> CompletionStage<T> pass(
      String name, Supplier<Boolean> alive, Supplier<CompletionStage<T>> request) {
    passed.add(name);
    boolean hit = name.equals(awaited);
    if (hit) {
      awaited = "";
    }
    if (hit && before) {
      action.run();
    }
    if (!alive.get()) {
      return new CompletableFuture<>();
    }
    CompletionStage<T> answer = request.get();
    if (hit && !before) {
      action.run();
    }
    return answer;
  }
}
