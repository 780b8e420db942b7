package io.eplb.api;

import java.util.function.Supplier;

/**
 * Runs independent layers, perhaps at the same time. The core brings one that uses every core of
 * the machine.
 */
public interface LayerRunner {
  /**
   * Runs a task for every layer 0 to {@code layers − 1} and returns when all are done. If tasks
   * throw, the exception of the lowest layer is thrown here, and other layers may have been left
   * out.
   *
   * @param layers 0 to {@value EpTopology#MAX_LAYERS}
   * @param newScratch called once per worker, on that worker; never returns null
   * @param <S> the scratch memory that a worker reuses from layer to layer
   */
  <S> void forEachLayer(int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task);

  /** Returns a runner that does one layer after the other on the calling thread. */
  static LayerRunner sequential() {
    return new LayerRunner() {
      @Override
      public <S> void forEachLayer(
          int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
        Require.inRange("layers", layers, 0, EpTopology.MAX_LAYERS);
        Require.notNull("the task", task);
        S scratch =
            Require.notNull("a worker's scratch", Require.notNull("the scratch", newScratch).get());
        for (int layer = 0; layer < layers; layer++) {
          task.run(layer, scratch);
        }
      }
    };
  }
}
