package io.eplb.policies.incremental.layer;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.kernel.FallingOrder;

/**
 * The <em>burden</em> of every rank of a layer, its expected load + ½ · aversion · variance, and
 * its <em>heat</em>, burden ÷ capacity, near 1 where the layer is balanced. A plan lowers the
 * <em>potential</em>, the sum over ranks of their <em>power</em>, capacity · heat<sup>12</sup>.
 * Weighted in this way, the potential is least where all ranks are equally hot.
 *
 * <p>A replica's <em>share</em> is its own part of its rank's burden: with c replicas, from mean/c
 * and variance/c². The rest of a rank's variance comes from the joint deviations of its experts,
 * one per factor of the {@linkplain LoadForecast forecast}: Σ over factors of the square of the sum
 * of its replicas' deviations. So a rank whose experts grow in the same windows has a higher
 * burden.
 *
 * <p>Sums are computed anew in the order of slots, so that no rounding error accumulates: a burden
 * depends on the rank's present experts alone. Only {@link LayerState} reports changes to it.
 */
public final class RankBurdens {
  private static final double NOT_KNOWN = -1.0;

  private final Assignment assignment;
  private final LoadForecast forecast;
  private final int ranks;
  private final boolean equallyFast;

  // By expert: the share of one replica, its deviations by factor, and their square, which is
  // computed on demand.
  private final double[] share;
  private final double[] shareDeviation;
  private final double[] shareSquare;

  // By slot: the share of its expert; and the slots of each rank by falling share.
  private final double[] slotShare;
  private final int[] byShare;

  // By rank; the deviations by rank and factor.
  private final double[] capacity;
  private final double[] slowness;
  private final double[] burden;
  private final double[] heat;
  private final double[] power;

  /** The factor of each rank's burden whose twelfth power is the rank's power. */
  private final double[] powerScale;

  private final double[] deviation;

  private final RankOrder order;
  private final SumTree burdens;
  private final SumTree powers;
  private final ChangedRanks changed;
  private double halfAversion;
  private int factors;

  /** The experts of the rank whose burden is being summed up, and their number. */
  private final int[] onRank;

  private int held;

  // Scratch of a trial.
  private final double[] triedDeviation;
  private final int[] triedIn;
  private int trials;

  RankBurdens(Assignment assignment, LivingRanks living, LoadForecast forecast) {
    this.assignment = assignment;
    this.forecast = forecast;
    this.ranks = assignment.ranks();
    int mostFactors = forecast.mostFactors();
    this.share = new double[assignment.experts()];
    this.shareDeviation = new double[assignment.experts() * mostFactors];
    this.shareSquare = new double[assignment.experts()];
    this.slotShare = new double[assignment.slots()];
    this.byShare = new int[assignment.slots()];
    for (int slot = 0; slot < byShare.length; slot++) {
      byShare[slot] = slot;
    }
    this.capacity = new double[ranks];
    this.slowness = new double[ranks];
    this.powerScale = new double[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      capacity[rank] = living.capacity(rank);
      slowness[rank] = 1.0 / capacity[rank];
      powerScale[rank] = StrictMath.pow(capacity[rank], 1.0 / 12 - 1.0);
    }
    this.equallyFast = living.equallyFast();
    this.burden = new double[ranks];
    this.heat = new double[ranks];
    this.power = new double[ranks];
    this.deviation = new double[ranks * mostFactors];
    this.order = new RankOrder(heat);
    this.burdens = new SumTree(ranks);
    this.powers = new SumTree(ranks);
    this.changed = new ChangedRanks(ranks);
    this.onRank = new int[assignment.mostSlots()];
    this.triedDeviation = new double[mostFactors];
    this.triedIn = new int[ranks];
  }

  /** Sets the aversion to variance; at 0, joint deviations do not count. */
  void setAversion(double aversion) {
    halfAversion = aversion / 2;
    factors = aversion > 0.0 ? forecast.factors() : 0;
  }

  /** Computes everything from a new assignment. */
  void rebuild() {
    for (int expert = 0; expert < share.length; expert++) {
      reweigh(expert);
    }
    for (int rank = 0; rank < ranks; rank++) {
      readRank(rank);
      shareOut(rank);
      burden[rank] = sum(deviation, rank * factors);
      heat[rank] = burden[rank] * slowness[rank];
      power[rank] = powerOf(rank, burden[rank]);
      changed.add(rank);
    }
    order.rebuild();
    burdens.rebuild(burden);
    powers.rebuild(power);
  }

  /** Computes an expert's share after a change of its replicas; its ranks must be updated next. */
  void reweigh(int expert) {
    weigh(expert, assignment.replicas(expert));
  }

  /** Computes a rank's burden after a change of its experts or their shares. */
  void update(int rank) {
    readRank(rank);
    shareOut(rank);
    burden[rank] = sum(deviation, rank * factors);
    order.change(rank, burden[rank] * slowness[rank]);
    power[rank] = powerOf(rank, burden[rank]);
    burdens.set(rank, burden[rank]);
    powers.set(rank, power[rank]);
    changed.add(rank);
  }

  private void weigh(int expert, int replicas) {
    share[expert] = shareAt(expert, replicas);
    for (int k = 0; k < factors; k++) {
      shareDeviation[expert * factors + k] = forecast.deviation(expert, k) / replicas;
    }
    shareSquare[expert] = NOT_KNOWN;
  }

  private void readRank(int rank) {
    int from = assignment.from(rank);
    held = assignment.to(rank) - from;
    for (int i = 0; i < held; i++) {
      onRank[i] = assignment.expert(from + i);
    }
  }

  /** Sets the shares of the slots of the rank read last. */
  private void shareOut(int rank) {
    int from = assignment.from(rank);
    for (int i = 0; i < held; i++) {
      slotShare[from + i] = share[onRank[i]];
    }
    FallingOrder.sort(byShare, from, from + held, slotShare);
  }

  /**
   * Sums up the burden of the rank read last; its deviations go to {@code to} from {@code at} on.
   */
  private double sum(double[] to, int at) {
    int end = held;
    double sum = 0.0;
    for (int i = 0; i < end; i++) {
      sum += share[onRank[i]];
    }
    double squares = 0.0;
    for (int k = 0; k < factors; k++) {
      double joint = 0.0;
      for (int i = 0; i < end; i++) {
        joint += shareDeviation[onRank[i] * factors + k];
      }
      to[at + k] = joint;
      squares += joint * joint;
    }
    return sum + halfAversion * squares;
  }

  /**
   * Returns x<sup>12</sup>. The hottest ranks dominate the sum of such powers; if none is hot, all
   * ranks count.
   */
  public static double twelfth(double x) {
    double square = x * x;
    double fourth = square * square;
    return fourth * fourth * fourth;
  }

  /** Returns the power of a rank if it had this burden. */
  public double powerOf(int rank, double burdenThen) {
    return twelfth(burdenThen * powerScale[rank]);
  }

  /** Returns the sum of all ranks' powers. */
  public double potential() {
    return powers.total();
  }

  /** Returns the potential of equally hot ranks, which is a lower bound for every arrangement. */
  public double leastPotential() {
    return ranks * twelfth(burdens.total() / ranks);
  }

  /**
   * Returns the power of two ranks that share a burden and are equally hot, which is the least
   * possible.
   */
  public double powerIfEqual(int rank, int other, double burdenOfBoth) {
    // Apart from speed, both branches are the same.
    if (equallyFast) {
      return 2.0 * twelfth(burdenOfBoth / 2.0);
    }
    double both = capacity[rank] + capacity[other];
    return both * twelfth(burdenOfBoth / both);
  }

  /** Returns the part of the capacity of two ranks that one of them has. */
  public double partOfBoth(int rank, int other) {
    return capacity[rank] / (capacity[rank] + capacity[other]);
  }

  /** Returns the rank at a place in the order of falling heat, the hottest at 0. */
  public int rankAt(int place) {
    return order.at(place);
  }

  /** Returns whether all ranks have the same capacity. */
  public boolean equallyFast() {
    return equallyFast;
  }

  /** Returns a rank's capacity. */
  public double capacity(int rank) {
    return capacity[rank];
  }

  /**
   * Returns the factor of a rank's burden whose {@linkplain #twelfth twelfth} power is the rank's
   * power.
   */
  public double powerScale(int rank) {
    return powerScale[rank];
  }

  /** Returns a rank's heat. */
  public double heat(int rank) {
    return heat[rank];
  }

  /** Returns a rank's burden. */
  public double burden(int rank) {
    return burden[rank];
  }

  /** Returns a rank's power. */
  public double power(int rank) {
    return power[rank];
  }

  /** Returns the share of each replica of an expert. */
  public double share(int expert) {
    return share[expert];
  }

  /** Returns the share of each replica of an expert with {@code replicas} replicas. */
  public double shareAt(int expert, int replicas) {
    return forecast.mean(expert) / replicas
        + halfAversion * forecast.variance(expert) / ((double) replicas * replicas);
  }

  /** Returns the share of the expert in a slot. */
  public double slotShare(int slot) {
    return slotShare[slot];
  }

  /**
   * Returns the slot at a place in the order of falling share within each rank: the heaviest of a
   * rank at its first slot; among equal ones the lower slot first.
   */
  public int slotByShare(int place) {
    return byShare[place];
  }

  /** Returns half the aversion to variance. */
  public double halfAversion() {
    return halfAversion;
  }

  /** Returns whether joint deviations are part of the burdens. */
  public boolean hasJointDeviations() {
    return factors > 0;
  }

  /** Returns the square of the deviations of one replica of an expert. */
  public double jointSquare(int expert) {
    double square = shareSquare[expert];
    if (square == NOT_KNOWN) {
      square = jointProduct(expert, expert);
      shareSquare[expert] = square;
    }
    return square;
  }

  /** Returns the inner product of the deviations of one replica of each of two experts. */
  public double jointProduct(int expert, int other) {
    double product = 0.0;
    for (int k = 0; k < factors; k++) {
      product += shareDeviation[expert * factors + k] * shareDeviation[other * factors + k];
    }
    return product;
  }

  /** Returns the inner product of the deviations of one replica and those of a rank. */
  public double jointProductWithRank(int expert, int rank) {
    double product = 0.0;
    for (int k = 0; k < factors; k++) {
      product += shareDeviation[expert * factors + k] * deviation[rank * factors + k];
    }
    return product;
  }

  /** Returns the squared distance between the deviations of two ranks. */
  public double jointDistance(int rank, int other) {
    double sum = 0.0;
    for (int k = 0; k < factors; k++) {
      double difference = deviation[rank * factors + k] - deviation[other * factors + k];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * Lists the ranks whose experts or burden have changed since the last call. There is one reader,
   * which keeps values by rank.
   *
   * @param to receives the ranks
   * @return their number
   */
  public int takeChanged(int[] to) {
    return changed.take(to);
  }

  /** Returns the fall of the potential by a {@link LayerState#replicate}; changes nothing. */
  public double gainOfReplication(int p, int q, int expert) {
    int donor = assignment.expert(p);
    weigh(donor, assignment.replicas(donor) - 1);
    weigh(expert, assignment.replicas(expert) + 1);
    trials++;
    double gain = trialGain(assignment.rank(p), p, q, expert);
    if (q >= 0) {
      gain += trialGain(assignment.rank(q), p, q, expert);
    }
    for (int slot = assignment.firstSlot(donor); slot >= 0; slot = assignment.nextSlot(slot)) {
      gain += trialGain(assignment.rank(slot), p, q, expert);
    }
    for (int slot = assignment.firstSlot(expert); slot >= 0; slot = assignment.nextSlot(slot)) {
      gain += trialGain(assignment.rank(slot), p, q, expert);
    }
    reweigh(donor);
    reweigh(expert);
    return gain;
  }

  /** Returns the gain of a rank in the current trial; 0 the second time. */
  private double trialGain(int rank, int p, int q, int expert) {
    if (triedIn[rank] == trials) {
      return 0.0;
    }
    triedIn[rank] = trials;
    readRank(rank);
    if (assignment.rank(p) == rank) {
      onRank[p - assignment.from(rank)] = q < 0 ? expert : assignment.expert(q);
    }
    if (q >= 0 && assignment.rank(q) == rank) {
      onRank[q - assignment.from(rank)] = expert;
    }
    return power[rank] - powerOf(rank, sum(triedDeviation, 0));
  }
}
