package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.wording.Shape;
import io.eplb.core.load.LoadRecording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The tokens that all ranks have served since their incarnations began, added up. Thread-safe. */
final class TokenTotals {
  private final int layers;
  private final int experts;

  /** Per rank, the incarnation that has told its loads. */
  private final long[] incarnations;

  /** By phase, layers × experts tokens. */
  private final Map<LoadPhase, double[]> tokens = new EnumMap<>(LoadPhase.class);

  /** Starts at zero. */
  TokenTotals(int ranks, int layers, int experts) {
    this.layers = layers;
    this.experts = experts;
    this.incarnations = new long[ranks];
  }

  /**
   * Adds the totals of a rank; once for each rank.
   *
   * @throws InvalidInputException if they have another shape
   */
  synchronized void add(int rank, RankLoads loads) {
    for (MeasuredLoad load : loads.loads()) {
      LoadRecording counted = load.tokens();
      if (counted.layers() != layers || counted.experts() != experts) {
        throw new InvalidInputException(
            "I1: the loads of rank %d have %s, the record's table %s; they must agree"
                .formatted(
                    rank,
                    Shape.loads(counted.layers(), counted.experts()),
                    Shape.loads(layers, experts)));
      }
    }
    incarnations[rank] = loads.incarnation();
    for (MeasuredLoad load : loads.loads()) {
      double[] sums = tokens.computeIfAbsent(load.phase(), unused -> new double[layers * experts]);
      double[] counted = load.tokens().sum(0, load.tokens().windows() - 1);
      for (int index = 0; index < sums.length; index++) {
        sums[index] += counted[index];
      }
    }
  }

  /**
   * Returns the tokens that these totals have more than earlier ones.
   *
   * @throws InvalidInputException if a rank has restarted in between, or its totals have shrunk
   */
  synchronized List<MeasuredLoad> since(TokenTotals earlier) {
    int restarted = Arrays.mismatch(incarnations, earlier.incarnations);
    if (restarted >= 0) {
      throw new InvalidInputException(
          "rank %d has restarted during the interval; its loads count from now on"
              .formatted(restarted));
    }
    List<MeasuredLoad> loads = new ArrayList<>();
    tokens.forEach(
        (phase, sums) -> {
          double[] before = earlier.of(phase);
          double[] more = new double[sums.length];
          for (int index = 0; index < more.length; index++) {
            more[index] = sums[index] - before[index];
            if (more[index] < 0) {
              throw new InvalidInputException(
                  "the tokens of layer %d, expert %d have become fewer; a rank has to count anew under a new incarnation"
                      .formatted(index / experts, index % experts));
            }
          }
          loads.add(new MeasuredLoad(phase, LoadRecording.of(1, layers, experts, more)));
        });
    return loads;
  }

  private synchronized double[] of(LoadPhase phase) {
    return tokens.getOrDefault(phase, new double[layers * experts]);
  }
}
