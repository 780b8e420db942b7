package io.eplb.server.round;

import io.eplb.core.cluster.StartUpReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** The start-up checks of all groups. Thread-safe. */
public final class StartUp {
  public StartUp(InstantSource clock, ScheduledExecutorService timer) {}

  /** Returns the report of the check, the same for all ranks. */
  public CompletableFuture<StartUpReport> ask(StartUpAsk ask, Duration limit) {
    return new CompletableFuture<>();
  }
}
