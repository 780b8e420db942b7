package io.eplb.cli.demonstration;

import io.eplb.core.load.LoadRecording;

/**
 * A recording spread over steps. Each window takes the same number of steps, give or take one, and
 * its tokens are spread evenly over them. Steps beyond the last repeat the last window. Immutable.
 *
 * <p>Example: 2 windows over 5 steps are steps 0 to 2 and 3 to 4; an expert with 10 tokens in the
 * first window gets 3, 3 and 4.
 */
final class DemoReplay {
  /** The least tokens per expert in the busiest layer; smaller recordings are scaled up. */
  private static final double LEAST_TOKENS_PER_EXPERT = 100.0;

  /**
   * The most tokens in a layer of a window, so that a long can count them; more are scaled down.
   */
  private static final double MOST_TOKENS = 1e15;

  private final int windows;
  private final int layers;
  private final int experts;
  private final long steps;

  /** Windows × layers × experts. */
  private final double[] tokens;

  /**
   * Spreads a recording.
   *
   * @param steps at least as many as the recording has windows
   */
  DemoReplay(LoadRecording recording, long steps) {
    this.windows = recording.windows();
    this.layers = recording.layers();
    this.experts = recording.experts();
    this.steps = steps;
    this.tokens = new double[windows * layers * experts];
    double busiest = 0.0;
    for (int row = 0; row < windows * layers; row++) {
      recording.copyLayer(row / layers, row % layers, tokens, row * experts);
      double total = 0.0;
      for (int index = row * experts; index < (row + 1) * experts; index++) {
        total += tokens[index];
      }
      busiest = Math.max(busiest, total);
    }
    double factor = factor(busiest);
    for (int index = 0; index < tokens.length; index++) {
      tokens[index] *= factor;
    }
  }

  private double factor(double busiest) {
    double least = LEAST_TOKENS_PER_EXPERT * experts;
    if (busiest > MOST_TOKENS) {
      return MOST_TOKENS / busiest;
    }
    return busiest == 0.0 || busiest >= least ? 1.0 : least / busiest;
  }

  long steps() {
    return steps;
  }

  /** Returns the window that a step belongs to. */
  int window(long step) {
    return step >= steps ? windows - 1 : (int) (step * windows / steps);
  }

  /** Returns a window's layers × experts tokens. */
  double[] loads(int window) {
    double[] loads = new double[layers * experts];
    System.arraycopy(tokens, window * loads.length, loads, 0, loads.length);
    return loads;
  }

  /** Returns the tokens of one expert in one step. */
  long tokens(long step, int layer, int expert) {
    int window = window(step);
    long first = firstStep(window);
    long length = firstStep(window + 1) - first;
    long within = (step - first) % length;
    double all = tokens[(window * layers + layer) * experts + expert];
    return (long) (all * (within + 1) / length) - (long) (all * within / length);
  }

  private long firstStep(int window) {
    return (window * steps + windows - 1) / windows;
  }

  /**
   * Returns one replica's share of an expert's tokens; the shares of all replicas add up to all.
   *
   * @param replica from 0
   */
  static long share(long tokens, int replica, int replicas, long step) {
    return (tokens + replicas - 1 - (replica + step) % replicas) / replicas;
  }
}
