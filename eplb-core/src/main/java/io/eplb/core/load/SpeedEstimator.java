package io.eplb.core.load;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.util.Arrays;

/**
 * The speeds of ranks, measured: the tokens that a rank computes per second, relative to the median
 * of all ranks. Used by one thread at a time.
 *
 * <p>For each rank the median over the last windows counts, so a single disturbed window changes
 * nothing. With few windows it is drawn towards 1; near 1 it is 1; small changes are left out, and
 * large ones take several windows. So equal ranks stay exactly at 1 in spite of noise.
 *
 * <p>Example, with one window and three ranks that had 100 tokens each:
 *
 * <pre>
 *   seconds   1.0   1.0   2.0
 *   speeds    1.0   1.0   0.667, then 0.5: a window changes a speed by a factor of 1.5 at most
 * </pre>
 */
public final class SpeedEstimator {
  /** The longest time of a rank in a window. */
  public static final double MAX_SECONDS = 1e9;

  private final SpeedSettings settings;

  /** Ranks × windows ratios, a ring for each rank, and how many there are. */
  private final double[] ratios;

  private final int[] counts;
  private final double[] speeds;

  /** Starts with speeds of 1. */
  public SpeedEstimator(EpTopology topology, SpeedSettings settings) {
    this.settings = settings;
    this.ratios = new double[topology.ranks() * settings.windows()];
    this.counts = new int[topology.ranks()];
    this.speeds = new double[topology.ranks()];
    Arrays.fill(speeds, 1.0);
  }

  /**
   * Takes one window. A rank without tokens or time has no part in it; a window with fewer than two
   * others changes nothing.
   *
   * @param tokens the tokens that each rank computed, finite, 0 or more
   * @param seconds the time that each rank computed for them without waiting for others, 0 to
   *     {@value #MAX_SECONDS}; 0 if it was not measured
   * @throws InvalidInputException if there is not one of each per rank, or one is out of range;
   *     nothing was taken
   */
  public void add(double[] tokens, double[] seconds) {
    require("tokens", tokens, Double.MAX_VALUE);
    require("seconds", seconds, MAX_SECONDS);
    double[] rates = new double[speeds.length];
    double[] known = new double[speeds.length];
    int found = 0;
    for (int rank = 0; rank < speeds.length; rank++) {
      double rate = seconds[rank] > 0.0 ? tokens[rank] / seconds[rank] : 0.0;
      if (rate > 0.0 && rate < Double.POSITIVE_INFINITY) {
        rates[rank] = rate;
        known[found++] = rate;
      }
    }
    if (found < 2) {
      return;
    }
    double typical = median(known, found);
    for (int rank = 0; rank < speeds.length; rank++) {
      if (rates[rank] > 0.0) {
        int windows = settings.windows();
        ratios[rank * windows + counts[rank] % windows] =
            Math.min(EpRanks.MAX_SPEED, Math.max(EpRanks.MIN_SPEED, rates[rank] / typical));
        // Counts on to twice the windows and back, so that it never overflows.
        counts[rank] = counts[rank] + 1 < 2 * windows ? counts[rank] + 1 : windows;
        speeds[rank] = next(rank);
      }
    }
  }

  private void require(String what, double[] values, double greatest) {
    if (values.length != speeds.length) {
      throw new InvalidInputException(
          "%d %s for %d ranks; each needs one".formatted(values.length, what, speeds.length));
    }
    for (int rank = 0; rank < values.length; rank++) {
      if (!(values[rank] >= 0.0 && values[rank] <= greatest)) {
        throw new InvalidInputException(
            "the %s of rank %d are %s; they must be between 0 and %s"
                .formatted(what, rank, values[rank], greatest));
      }
    }
  }

  private double next(int rank) {
    int windows = settings.windows();
    int count = Math.min(counts[rank], windows);
    double[] last = Arrays.copyOfRange(ratios, rank * windows, rank * windows + count);
    double median = median(last, count);
    double estimate = 1.0 + (median - 1.0) * count / windows;
    double target =
        Math.abs(estimate - 1.0) <= settings.deadZone()
            ? 1.0
            : Math.min(settings.maxSpeed(), Math.max(settings.minSpeed(), estimate));
    double now = speeds[rank];
    if (target != 1.0 && Math.abs(target - now) <= settings.hysteresis() * now) {
      return now;
    }
    return Math.min(now * settings.maxChange(), Math.max(now / settings.maxChange(), target));
  }

  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    double upper = values[count / 2];
    double lower = values[(count - 1) / 2];
    return lower + (upper - lower) / 2;
  }

  /** Returns the speed of a rank, 1 before anything was measured. */
  public double speed(int rank) {
    return speeds[Require.index("rank", rank, speeds.length)];
  }

  /** Returns ranks with these speeds, otherwise as they are. */
  public EpRanks applyTo(EpRanks ranks) {
    EpRanks.Builder builder = ranks.toBuilder();
    for (int rank = 0; rank < speeds.length; rank++) {
      builder.speed(rank, speeds[rank]);
    }
    return builder.build();
  }
}
