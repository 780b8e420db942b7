package io.eplb.policies.flashlb;

import io.eplb.api.EpTopology;

/**
 * The memory of a policy instance between calls: every layer's last observations, and the
 * balancedness that its last plan promised. It belongs to one shape. Several threads may use
 * different layers at the same time.
 */
final class LayerMemory {
  private final EpTopology topology;
  private final int windowSize;
  private final LoadWindow[] windows;
  private final double[] promised;

  LayerMemory(EpTopology topology, int layers, int windowSize) {
    this.topology = topology;
    this.windowSize = windowSize;
    windows = new LoadWindow[layers];
    for (int layer = 0; layer < layers; layer++) {
      windows[layer] = new LoadWindow(topology.experts(), windowSize);
    }
    promised = new double[layers];
  }

  /** Returns whether this memory belongs to the given shape. */
  boolean fits(EpTopology topology, int layers, int windowSize) {
    return this.topology.equals(topology)
        && windows.length == layers
        && this.windowSize == windowSize;
  }

  /** Returns the observations of a layer. */
  LoadWindow window(int layer) {
    return windows[layer];
  }

  /** Returns the balancedness that a layer's last plan promised; 0 if there was none. */
  double promised(int layer) {
    return promised[layer];
  }

  /** Remembers the balancedness that a layer's plan promises. */
  void promise(int layer, double balancedness) {
    promised[layer] = balancedness;
  }
}
