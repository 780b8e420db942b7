package io.eplb.zookeeper;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A request for what is there now, one at a time: what changes during it makes one more. Used by
 * one thread. After a failure it waits for the next change, since a connection that comes back is
 * one.
 */
final class Look {
  private final Supplier<CompletableFuture<?>> request;
  private boolean underWay;
  private boolean changed;

  Look(Supplier<CompletableFuture<?>> request) {
    this.request = request;
  }

  void again() {
    if (underWay) {
      changed = true;
      return;
    }
    underWay = true;
    Requests.alone(
        request
            .get()
            .whenComplete(
                (seen, failure) -> {
                  underWay = false;
                  if (changed) {
                    changed = false;
                    again();
                  }
                }));
  }
}
