package io.eplb.policies.deepseek;

import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Runs layers on the calling thread and one other; each takes the next layer left. */
public final class TwoThreadRunner implements LayerRunner, AutoCloseable {
  private final ExecutorService other =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "layers");
            thread.setDaemon(true);
            return thread;
          });

  /** Starts the other thread. */
  public TwoThreadRunner() {}

  @Override
  public <S> void forEachLayer(
      int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
    AtomicInteger next = new AtomicInteger();
    Runnable worker =
        () -> {
          S scratch = newScratch.get();
          for (int layer = next.getAndIncrement(); layer < layers; layer = next.getAndIncrement()) {
            task.run(layer, scratch);
          }
        };
    CompletableFuture<Void> helped = CompletableFuture.runAsync(worker, other);
    worker.run();
    helped.join();
  }

  @Override
  public void close() {
    other.shutdown();
  }
}
