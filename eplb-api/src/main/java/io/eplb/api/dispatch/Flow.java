package io.eplb.api.dispatch;

import java.util.Arrays;

/**
 * The tokens of a layer's experts on their way to ranks, none of which may get more than a peak ×
 * its speed.
 *
 * <p>Weights are loads scaled by a power of two, so that those of a layer sum to about 1: neither
 * huge nor tiny loads overflow or vanish, and no digit is lost. An expert with one place is fixed
 * there; one with several is <em>divided</em>: at any time {@code waiting[expert]} + Σ {@code
 * flow[place]} over its places is its weight, but for rounding.
 */
final class Flow {
  final Layer layer;

  /** The weight of every expert. */
  final double[] weight;

  /** The experts with weight and several places; the first {@link #dividedCount}. */
  final int[] divided;

  int dividedCount;

  /** The weight of a divided expert that each of its places gets; 0 in all other slots. */
  final double[] flow;

  /** The weight of every expert that no rank has taken. */
  final double[] waiting;

  /** The weight of every rank's experts that have no other place. */
  final double[] fixed;

  /** The weight that every rank can still take; 0 where dead. */
  final double[] room;

  /** The load ÷ speed, in scaled weights, that no rank may exceed. */
  double peak;

  Flow(Layer layer) {
    this.layer = layer;
    weight = new double[layer.experts];
    divided = new int[layer.experts];
    flow = new double[layer.row.length];
    waiting = new double[layer.experts];
    fixed = new double[layer.ranks];
    room = new double[layer.ranks];
  }

  /** Takes the weights of the layer and its fixed experts; no divided expert flows yet. */
  void reset() {
    int exponent = -Math.getExponent(layer.total);
    dividedCount = 0;
    Arrays.fill(flow, 0.0);
    Arrays.fill(waiting, 0.0);
    Arrays.fill(fixed, 0.0);
    for (int expert = 0; expert < layer.experts; expert++) {
      weight[expert] = Math.scalb(layer.loads[expert], exponent);
      int places = layer.placesOf(expert);
      if (weight[expert] > 0.0 && places > 1) {
        divided[dividedCount++] = expert;
      } else if (weight[expert] > 0.0) {
        fixed[layer.rankOf[layer.places[layer.firstPlace[expert]]]] += weight[expert];
      }
    }
  }

  /**
   * Starts from the even split over places: ranks above the peak give the excess back, from all of
   * their divided experts in proportion.
   */
  void start(double peak) {
    for (int index = 0; index < dividedCount; index++) {
      int expert = divided[index];
      double part = weight[expert] / layer.placesOf(expert);
      for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
        flow[layer.places[at]] = part;
      }
    }
    this.peak = peak;
    for (int rank = 0; rank < layer.ranks; rank++) {
      double flowing = flowing(rank);
      double most = Math.max(0.0, peak * layer.speeds[rank] - fixed[rank]);
      if (flowing > most) {
        giveBack(rank, most / flowing);
      }
    }
    raise(peak);
  }

  private void giveBack(int rank, double kept) {
    int end = (rank + 1) * layer.slotsPerRank;
    for (int slot = rank * layer.slotsPerRank; slot < end; slot++) {
      if (flow[slot] > 0.0) {
        double less = flow[slot] * kept;
        waiting[layer.row[slot]] += flow[slot] - less;
        flow[slot] = less;
      }
    }
  }

  /** Gives every rank the room that it has under a peak. */
  void raise(double peak) {
    this.peak = peak;
    for (int rank = 0; rank < layer.ranks; rank++) {
      room[rank] =
          layer.living(rank)
              ? Math.max(0.0, peak * layer.speeds[rank] - fixed[rank] - flowing(rank))
              : 0.0;
    }
  }

  private double flowing(int rank) {
    double sum = 0.0;
    int end = (rank + 1) * layer.slotsPerRank;
    for (int slot = rank * layer.slotsPerRank; slot < end; slot++) {
      sum += flow[slot];
    }
    return sum;
  }

  /** Writes the shares and tokens of the layer's slots. */
  void copyShares() {
    for (int expert = 0; expert < layer.experts; expert++) {
      int first = layer.firstPlace[expert];
      int end = layer.firstPlace[expert + 1];
      double sum = 0.0;
      for (int at = first; at < end; at++) {
        sum += flow[layer.places[at]];
      }
      for (int at = first; at < end; at++) {
        int slot = layer.places[at];
        double share = sum > 0.0 ? flow[slot] / sum : 1.0 / (end - first);
        layer.shares[slot] = share;
        layer.tokens[slot] = layer.loads[expert] * share;
      }
    }
  }
}
