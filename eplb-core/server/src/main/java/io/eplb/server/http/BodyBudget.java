package io.eplb.server.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * The bytes of all bodies in memory together. A body asks for all that it may need before it is
 * read, so that no two wait for each other; one that does not fit waits, in order of arrival, and
 * its sender is not read meanwhile.
 */
final class BodyBudget {
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final long most;
  private long free;

  private record Waiting(long bytes, CompletableFuture<Void> granted) {}

  /**
   * Makes a budget.
   *
   * @param bytes at least what a single body may ask for
   */
  BodyBudget(long bytes) {
    this.most = bytes;
    this.free = bytes;
  }

  /** Asks for bytes; the answer comes at once, or from the thread that gives some back. */
  CompletableFuture<Void> take(long bytes) {
    if (bytes > most) {
      throw new IllegalArgumentException(bytes + " bytes are more than the budget of " + most);
    }
    CompletableFuture<Void> granted = new CompletableFuture<>();
    synchronized (this) {
      if (bytes > free || !waiting.isEmpty()) {
        waiting.add(new Waiting(bytes, granted));
        return granted;
      }
      free -= bytes;
    }
    granted.complete(null);
    return granted;
  }

  /** Gives bytes back. */
  void giveBack(long bytes) {
    Queue<Waiting> served = new ArrayDeque<>();
    synchronized (this) {
      free += bytes;
      for (Waiting next = waiting.peek();
          next != null && next.bytes() <= free;
          next = waiting.peek()) {
        free -= next.bytes();
        served.add(waiting.remove());
      }
    }
    served.forEach(next -> next.granted().complete(null));
  }

  /** Returns the bytes that are taken. */
  synchronized long taken() {
    return most - free;
  }
}
