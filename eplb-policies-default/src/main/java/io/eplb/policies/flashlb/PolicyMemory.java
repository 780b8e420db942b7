package io.eplb.policies.flashlb;

import io.eplb.api.EpTopology;

/**
 * The memory of a policy instance between calls, layer by layer. It belongs to one shape. Several
 * threads may use different layers at the same time.
 */
final class PolicyMemory {
  private final EpTopology topology;
  private final int windowSize;
  private final LayerMemory[] layers;

  PolicyMemory(EpTopology topology, int layers, int windowSize) {
    this.topology = topology;
    this.windowSize = windowSize;
    this.layers = new LayerMemory[layers];
    for (int layer = 0; layer < layers; layer++) {
      this.layers[layer] = new LayerMemory(topology.experts(), windowSize);
    }
  }

  /** Returns whether this memory belongs to the given shape. */
  boolean fits(EpTopology topology, int layers, int windowSize) {
    return this.topology.equals(topology)
        && this.layers.length == layers
        && this.windowSize == windowSize;
  }

  /** Returns the memory of a layer. */
  LayerMemory layer(int layer) {
    return layers[layer];
  }

  /**
   * Returns to what a layer had achieved before its last plan; another shape's layer is ignored.
   */
  void revoke(int layer) {
    if (layer < layers.length) {
      layers[layer].revoke();
    }
  }
}
