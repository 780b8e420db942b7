package io.eplb.core.simulation;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A lower bound on the peak, the greatest load ÷ speed of a rank, that holds for every placement of
 * given loads, with or without duplicates on a rank. Mutable scratch for layers of one shape; used
 * by one thread.
 *
 * <p>Let E experts have the loads x<sub>e</sub>. Rank r has the speed v<sub>r</sub> and can use
 * s<sub>r</sub> slots, together P. A placement gives each expert c<sub>e</sub> ≥ 1 replicas, Σ
 * c<sub>e</sub> = P, each of weight x<sub>e</sub> ÷ c<sub>e</sub>, and the peak M is the greatest
 * sum of weights on a rank, divided by its speed.
 *
 * <ol>
 *   <li><b>Mean.</b> M ≥ Σ x<sub>e</sub> ÷ Σ v<sub>r</sub> over the living ranks.
 *   <li><b>Pigeonhole over the heaviest replicas.</b> While M ÷ t stays below y, rank r has room
 *       for fewer than y · v<sub>r</sub> replicas of weight t or more, and for s<sub>r</sub> at
 *       most. If every choice of replica counts leaves more of them than all ranks have room for, M
 *       ≥ y · t. The room grows at the steps y = j ÷ v<sub>r</sub>, for j from 1 to s<sub>r</sub>;
 *       only these count. On R equal ranks y = k + 1, and the room is k · R: some rank holds k + 1
 *       of k · R + 1 replicas. For y = 1 that is the weight of the heaviest replica after the best
 *       apportionment of the slots.
 * </ol>
 *
 * <p>How few heavy replicas there can be is known exactly: expert e with f<sub>e</sub> =
 * ⌊x<sub>e</sub> ÷ t⌋ ≥ 1 has a heavy replica unless it gets f<sub>e</sub> + 1 of them, that is
 * f<sub>e</sub> of the P − E redundant slots. Making light those with the least f<sub>e</sub> first
 * saves the most, and each that stays heavy keeps one heavy replica as long as some light expert
 * takes the slots left over; if none is or can be made light, all P replicas are heavy. The
 * greatest t is found by bisection, always from below, so that the bound holds.
 *
 * <p>That is for an even split. By the other dispatches a replica of a replicated expert may get no
 * tokens at all, so whole experts alone are counted:
 *
 * <ul>
 *   <li><b>lp.</b> At most P − E experts are replicated, so all but so many of the experts with
 *       x<sub>e</sub> ≥ t are whole. Only the step y = 1 ÷ max v<sub>r</sub> stays as it is: one of
 *       an expert's c<sub>e</sub> ranks gets a c<sub>e</sub>-th of its tokens or more.
 *   <li><b>single.</b> In a step every expert is whole.
 * </ul>
 *
 * <p>The bounds are the classic ones of multiprocessor scheduling (mean, longest job, pigeonhole
 * over the m + 1 longest: Dell'Amico and Martello, "Optimal Scheduling of Tasks on Identical
 * Parallel Processors", ORSA Journal on Computing 7, 1995), extended to jobs that may be split into
 * replicas out of a common budget.
 *
 * <p>Example: two experts with the loads 3 and 1 on two ranks of one slot have the mean 2. There is
 * no redundant slot, so the heaviest replica weighs 3, and PAR is at least 3 ÷ 2 = 1.5.
 */
final class PeakBound {
  private static final int BISECTIONS = 40;

  /** With many different speeds some steps are left out: the bound holds without them. */
  private static final int MOST_STEPS = 1024;

  private final Dispatch dispatch;
  private final int experts;
  private final long slots;
  private final double speed;
  private final double[] ascending;

  /** The steps at which the room for replicas grows, ascending. */
  private final double[] steps;

  /** For each step, one replica more than there is room for below it. */
  private final long[] crowds;

  /**
   * Creates the scratch.
   *
   * @param experts 1 or more
   * @param ranks with so many usable slots that every expert finds one
   * @param dispatch the way in which tokens are spread over replicas
   */
  PeakBound(int experts, EpRanks ranks, Dispatch dispatch) {
    this.dispatch = dispatch;
    this.experts = experts;
    this.slots = ranks.physicalUsable();
    this.speed = ranks.totalSpeed();
    this.ascending = new double[experts];
    double[] all = new double[ranks.physicalUsable()];
    int count = 0;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      for (int slot = 1; slot <= ranks.usableSlots(rank); slot++) {
        all[count++] = slot / ranks.speed(rank);
      }
    }
    Arrays.sort(all);
    int[] firsts =
        IntStream.range(0, count).filter(at -> at == 0 || all[at] > all[at - 1]).toArray();
    int every = (firsts.length + MOST_STEPS - 1) / MOST_STEPS;
    int[] taken =
        IntStream.range(0, firsts.length)
            .filter(at -> at % every == 0)
            .map(at -> firsts[at])
            .toArray();
    this.steps = Arrays.stream(taken).mapToDouble(at -> all[at]).toArray();
    this.crowds = Arrays.stream(taken).mapToLong(at -> at + 1L).toArray();
  }

  /**
   * Bounds the peak-to-average ratio of a layer: 1 or more; 1 for an idle layer.
   *
   * @param loads the layer's expert loads from {@code from} on, each finite and at least 0
   */
  double peakToAverage(double[] loads, int from) {
    System.arraycopy(loads, from, ascending, 0, experts);
    Arrays.sort(ascending);
    double total = 0.0;
    for (double load : ascending) {
      total += load;
    }
    double mean = total / speed;
    if (!(mean >= Double.MIN_NORMAL)) {
      return 1.0;
    }
    double peak = mean;
    for (int at = 0; at < steps.length; at++) {
      // The count falls with t: if the bound so far is not beaten here, no greater t beats it.
      if (fewestHeavy(peak / steps[at], at) < crowds[at]) {
        continue;
      }
      double low = peak / steps[at];
      double high = ascending[experts - 1] * 2;
      for (int halved = 0; halved < BISECTIONS && low < high; halved++) {
        double middle = low + (high - low) / 2;
        if (fewestHeavy(middle, at) >= crowds[at]) {
          low = middle;
        } else {
          high = middle;
        }
      }
      peak = Math.max(peak, low * steps[at]);
    }
    return peak / mean;
  }

  /** Counts the loads of t or more that every choice of replica counts leaves on some rank. */
  private long fewestHeavy(double t, int step) {
    return switch (dispatch) {
      case EVEN -> fewestHeavyReplicas(t);
      case LP -> step == 0 ? fewestHeavyReplicas(t) : heavyExperts(t) - (slots - experts);
      case SINGLE -> (long) heavyExperts(t);
    };
  }

  private int heavyExperts(double t) {
    int expert = experts;
    while (expert > 0 && ascending[expert - 1] >= t) {
      expert--;
    }
    return experts - expert;
  }

  private long fewestHeavyReplicas(double t) {
    long spare = slots - experts;
    int expert = 0;
    while (expert < experts && ascending[expert] < t) {
      expert++;
    }
    int light = expert;
    while (expert < experts) {
      double splits = Math.floor(ascending[expert] / t);
      if (splits > spare) {
        break;
      }
      spare -= (long) splits;
      expert++;
      light++;
    }
    return light == 0 ? slots : experts - light;
  }
}
