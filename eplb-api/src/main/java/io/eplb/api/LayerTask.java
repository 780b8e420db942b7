package io.eplb.api;

/**
 * The work of a policy on one layer.
 *
 * @param <S> the scratch memory that a worker reuses from layer to layer
 */
@FunctionalInterface
public interface LayerTask<S> {
  /**
   * Handles one layer. Layers run in any order and at the same time, but never two of them with the
   * same scratch, so the result must depend on the layer alone.
   *
   * @param layer 0 to layers − 1
   * @param scratch this worker's own
   */
  void run(int layer, S scratch);
}
