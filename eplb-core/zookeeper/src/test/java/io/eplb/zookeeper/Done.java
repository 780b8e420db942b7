package io.eplb.zookeeper;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end of a stage, for which no test waits long unless it fails. */
final class Done {
  static final long FAILURE_SECONDS = 60;

  private Done() {}

  static <T> T done(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(FAILURE_SECONDS, TimeUnit.SECONDS);
  }
}
