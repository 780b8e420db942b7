package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Arrays;

/**
 * The burden of every arc of up to {@value #MOST_RANKS} consecutive ranks: the expected load that
 * is confined to it and its variance, relative to its capacity. The ring closes behind the last
 * rank.
 *
 * <p>An expert whose replicas are on consecutive ranks is confined to the arcs that hold them all.
 * If they are not, each run of consecutive replicas counts as an expert of its own with its part of
 * an even split, which is a division that the dispatch may choose: the burden of an arc is then too
 * high rather than too low.
 *
 * <p>Example: four ranks; an expert with load 1 and replicas on the ranks 3 and 0 is confined to
 * the arcs 3–0, 2–0 and 3–1. With replicas on the ranks 0 and 2, one half is confined to every arc
 * with rank 0, and one half to every arc with rank 2.
 *
 * <p>The potential is Σ over arcs of burden<sup>12</sup>, where the burden is expected load ÷
 * capacity + ½ · aversion · variance ÷ capacity².
 */
final class ArcBurdens {
  private static final int MOST_RANKS = 8;
  private static final double POWER = 12.0;

  /** A longer run counts as an even split: few arcs, or none, would be long enough for it. */
  private static final int LONGEST_RUN = 3;

  private final int ranks;
  private final int longest;
  private final LoadForecast forecast;
  private final double[] perCapacity;
  private final double[] mean;
  private final double[] variance;

  // Changes that are being tried.
  private final double[] meanChange;
  private final double[] varianceChange;
  private final boolean[] isTouched;
  private final int[] touched;
  private int touches;

  /** The ranks with a replica of an expert. */
  private final boolean[] holds;

  private final int[] held;

  private double halfAversion;
  private double potential;

  ArcBurdens(LivingRanks ranks, LoadForecast forecast) {
    this.ranks = ranks.ranks();
    this.longest = Math.max(1, Math.min(MOST_RANKS, this.ranks - 1));
    this.forecast = forecast;
    int arcs = longest * this.ranks;
    this.perCapacity = new double[arcs];
    for (int start = 0; start < this.ranks; start++) {
      double capacity = 0.0;
      for (int length = 1; length <= longest; length++) {
        capacity += ranks.capacity((start + length - 1) % this.ranks);
        perCapacity[arc(start, length)] = 1.0 / capacity;
      }
    }
    this.mean = new double[arcs];
    this.variance = new double[arcs];
    this.meanChange = new double[arcs];
    this.varianceChange = new double[arcs];
    this.isTouched = new boolean[arcs];
    this.touched = new int[arcs];
    this.holds = new boolean[this.ranks];
    this.held = new int[this.ranks];
  }

  /** Computes all burdens of an assignment. */
  void rebuild(Assignment assignment, double aversion) {
    halfAversion = 0.5 * aversion;
    Arrays.fill(mean, 0.0);
    Arrays.fill(variance, 0.0);
    potential = 0.0;
    for (int expert = 0; expert < assignment.experts(); expert++) {
      place(assignment, expert, -1, -1, -1, -1, 1.0);
    }
    touches = 0;
    for (int arc = 0; arc < mean.length; arc++) {
      mean[arc] = meanChange[arc];
      variance[arc] = varianceChange[arc];
      meanChange[arc] = 0.0;
      varianceChange[arc] = 0.0;
      isTouched[arc] = false;
      potential += power(burden(arc));
    }
  }

  /** Returns the potential, without the moves tried. */
  double potential() {
    return potential;
  }

  private int arc(int start, int length) {
    return (length - 1) * ranks + start;
  }

  private double burden(int arc) {
    return burden(arc, mean[arc], variance[arc]);
  }

  private double burden(int arc, double load, double spread) {
    return (load + halfAversion * spread * perCapacity[arc]) * perCapacity[arc];
  }

  /** Computes how the potential changes with load that is confined to single ranks. */
  void slopes(ArcSlopes slopes) {
    slopes.clear();
    for (int start = 0; start < ranks; start++) {
      int last = (start + longest - 1) % ranks;
      slopes.start(start, last);
      for (int length = longest; length >= 1; length--) {
        int arc = arc(start, length);
        double burden = burden(arc);
        double squared = burden * burden;
        double fourth = squared * squared;
        double tenth = fourth * fourth * squared;
        double first = POWER * tenth * burden * perCapacity[arc];
        double second = POWER * (POWER - 1.0) * tenth * perCapacity[arc] * perCapacity[arc];
        slopes.addShorter(first, second);
      }
    }
  }

  /**
   * Tries to move an expert's replica from one rank to another; −1 for none. The assignment must be
   * that before all moves tried.
   */
  void move(Assignment assignment, int expert, int from, int to) {
    move(assignment, expert, from, -1, to, -1);
  }

  /** Tries to move two replicas of an expert from two ranks to two others; −1 for none. */
  void move(Assignment assignment, int expert, int from, int alsoFrom, int to, int alsoTo) {
    place(assignment, expert, -1, -1, -1, -1, -1.0);
    place(assignment, expert, from, alsoFrom, to, alsoTo, 1.0);
  }

  /** Returns the change of the potential by the moves tried, and forgets them. */
  double undo() {
    return finish(false);
  }

  /** Keeps the moves tried. */
  void keep() {
    potential += finish(true);
  }

  private double finish(boolean keeps) {
    double change = 0.0;
    for (int i = 0; i < touches; i++) {
      int arc = touched[i];
      double load = mean[arc] + meanChange[arc];
      double spread = variance[arc] + varianceChange[arc];
      change += power(burden(arc, load, spread)) - power(burden(arc));
      if (keeps) {
        mean[arc] = load;
        variance[arc] = spread;
      }
      meanChange[arc] = 0.0;
      varianceChange[arc] = 0.0;
      isTouched[arc] = false;
    }
    touches = 0;
    return change;
  }

  /** Confines an expert, without its replicas on up to two ranks and with some on up to two. */
  private void place(
      Assignment assignment, int expert, int out, int alsoOut, int in, int alsoIn, double sign) {
    int replicas = 0;
    int any = -1;
    for (int slot = assignment.firstSlot(expert); slot >= 0; slot = assignment.nextSlot(slot)) {
      int rank = assignment.rank(slot);
      if (rank != out && rank != alsoOut && !holds[rank]) {
        holds[rank] = true;
        held[replicas++] = rank;
        any = rank;
      }
    }
    if (in >= 0 && !holds[in]) {
      holds[in] = true;
      held[replicas++] = in;
      any = in;
    }
    if (alsoIn >= 0 && !holds[alsoIn]) {
      holds[alsoIn] = true;
      held[replicas++] = alsoIn;
      any = alsoIn;
    }
    if (replicas == 1) {
      confine(any, 1, sign * forecast.mean(expert), sign * forecast.variance(expert));
    } else if (replicas == ranks) {
      split(expert, 0, ranks, replicas, sign);
    } else {
      runs(expert, any, replicas, sign);
    }
    for (int i = 0; i < replicas; i++) {
      holds[held[i]] = false;
    }
  }

  /** Confines each run of consecutive replicas by itself. */
  private void runs(int expert, int any, int replicas, double sign) {
    // Go back to the start of a run.
    int rank = any;
    while (holds[before(rank)]) {
      rank = before(rank);
    }
    int left = replicas;
    while (left > 0) {
      while (!holds[rank]) {
        rank = after(rank);
      }
      int start = rank;
      int length = 0;
      while (holds[rank]) {
        rank = after(rank);
        length++;
      }
      left -= length;
      if (length > LONGEST_RUN) {
        split(expert, start, length, replicas, sign);
        continue;
      }
      double part = (double) length / replicas;
      confine(
          start,
          length,
          sign * part * forecast.mean(expert),
          sign * part * part * forecast.variance(expert));
    }
  }

  /** Confines each replica of a run by itself. */
  private void split(int expert, int start, int length, int replicas, double sign) {
    double part = 1.0 / replicas;
    int rank = start;
    for (int k = 0; k < length; k++) {
      confine(
          rank,
          1,
          sign * part * forecast.mean(expert),
          sign * part * part * forecast.variance(expert));
      rank = after(rank);
    }
  }

  private int before(int rank) {
    return rank == 0 ? ranks - 1 : rank - 1;
  }

  private int after(int rank) {
    return rank == ranks - 1 ? 0 : rank + 1;
  }

  /** Adds load to all arcs that include one. */
  private void confine(int start, int length, double load, double spread) {
    for (int longer = length; longer <= longest; longer++) {
      int first = start;
      for (int k = length; k <= longer; k++) {
        int arc = (longer - 1) * ranks + first;
        meanChange[arc] += load;
        varianceChange[arc] += spread;
        if (!isTouched[arc]) {
          isTouched[arc] = true;
          touched[touches++] = arc;
        }
        first = first == 0 ? ranks - 1 : first - 1;
      }
    }
  }

  private static double power(double burden) {
    double squared = burden * burden;
    double fourth = squared * squared;
    return fourth * fourth * fourth;
  }
}
