package io.eplb.core.load;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;

/**
 * The weighted windows of an estimate: their sum is the estimate of the next window. Immutable.
 *
 * <p>The oldest window comes first; before it, windows that are no longer held one by one are
 * joined in one. Each window has an id, which it keeps in later estimates, and per layer the factor
 * by which its measured tokens were multiplied. Windows that were joined have the id of the latest
 * of them, and count as one window of their average shares.
 */
public final class LoadSeries {
  private final long firstWindowId;
  private final int windows;
  private final int layers;
  private final int experts;
  private final double[] tokens;
  private final double[] weights;

  /**
   * Takes the arrays over.
   *
   * @param firstWindowId the id of the oldest window; the others follow
   * @param tokens windows × layers × experts weighted tokens
   * @param weights windows × layers factors
   */
  LoadSeries(long firstWindowId, int layers, int experts, double[] tokens, double[] weights) {
    this.firstWindowId = firstWindowId;
    this.windows = weights.length / layers;
    this.layers = layers;
    this.experts = experts;
    this.tokens = tokens;
    this.weights = weights;
  }

  /** Returns the number of windows, 1 or more. */
  public int windows() {
    return windows;
  }

  /** Returns the estimate: layers × experts tokens. */
  public double[] sum() {
    double[] sum = new double[layers * experts];
    for (int from = 0; from < tokens.length; from += sum.length) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += tokens[from + i];
      }
    }
    return sum;
  }

  /**
   * Returns the windows, with their ids and weights, as a workload measured under a table, split
   * evenly over the replicas; its version is the table's.
   *
   * @throws InvalidInputException if the table has other layers or experts, or the loads of a layer
   *     sum to more than a workload may hold
   */
  public ExpertWorkload under(ExpertTable table) {
    if (table.layers() != layers || table.experts() != experts) {
      throw new InvalidInputException(
          "I1: the loads have %s, the table %s × %s; they must agree"
              .formatted(Shape.loads(layers, experts), table.layers(), table.experts()));
    }
    return ExpertWorkload.ofExpertLoads(table, windows, tokens)
        .withWindowIds(firstWindowId)
        .withWeights(weights);
  }

  @Override
  public String toString() {
    return "LoadSeries[%s × %s]"
        .formatted(Counted.of(windows, "window"), Shape.loads(layers, experts));
  }
}
