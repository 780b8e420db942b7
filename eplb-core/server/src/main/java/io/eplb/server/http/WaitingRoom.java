package io.eplb.server.http;

import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The requests that wait for an answer: at most so many at once, and none further once the service
 * stops.
 */
final class WaitingRoom {
  private static final int RETRY_SECONDS = 1;

  private final int places;
  private int taken;
  private boolean closed;

  WaitingRoom(int places) {
    this.places = places;
  }

  /**
   * Lets a request in.
   *
   * @throws ProblemException 429 if the room is full, 503 if the service stops
   */
  synchronized void enter() {
    if (closed) {
      throw ProblemException.retryAfter(
          HttpStatus.SERVICE_UNAVAILABLE_503,
          RETRY_SECONDS,
          "the service is stopping; ask again when it has restarted");
    }
    if (taken >= places) {
      throw ProblemException.retryAfter(
          HttpStatus.TOO_MANY_REQUESTS_429,
          RETRY_SECONDS,
          "%d requests wait for an answer already, as many as --max-waiting allows; ask again soon"
              .formatted(places));
    }
    taken++;
  }

  /** Lets a request out. */
  synchronized void leave() {
    taken--;
    notifyAll();
  }

  /** Lets no further request in. */
  synchronized void close() {
    closed = true;
  }

  /** Returns whether the room lets requests in, if it has place. */
  synchronized boolean open() {
    return !closed;
  }

  /** Returns the number of requests inside. */
  synchronized int taken() {
    return taken;
  }

  /** Waits until nobody is left, or until the time is over. */
  synchronized void awaitEmpty(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); taken > 0 && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }
}
