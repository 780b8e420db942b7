package io.eplb.api.dispatch;

import java.util.Arrays;

/** One place for each divided expert, and the weights that ranks get by it. */
final class Choice {
  final Layer layer;
  final Flow flow;

  /** The place of every divided expert. */
  final int[] place;

  /** The weight of every rank. */
  final double[] rankWeight;

  Choice(Flow flow) {
    this.flow = flow;
    layer = flow.layer;
    place = new int[layer.experts];
    rankWeight = new double[layer.ranks];
  }

  /** Starts with the fixed experts. */
  void reset() {
    System.arraycopy(flow.fixed, 0, rankWeight, 0, rankWeight.length);
    Arrays.fill(place, -1);
  }

  /** Returns whether a divided expert is at a place. */
  boolean at(int slot) {
    return layer.row[slot] >= 0 && place[layer.row[slot]] == slot;
  }

  /** Returns the load ÷ speed of a rank with some weight more or less. */
  double loadWith(int rank, double more) {
    return (rankWeight[rank] + more) / layer.speeds[rank];
  }

  void put(int expert, int slot) {
    place[expert] = slot;
    rankWeight[layer.rankOf[slot]] += flow.weight[expert];
  }

  void move(int expert, int slot) {
    rankWeight[layer.rankOf[place[expert]]] -= flow.weight[expert];
    put(expert, slot);
  }

  /** Returns the living rank with the greatest load ÷ speed, the first among equals. */
  int hottest() {
    int hottest = -1;
    double most = -1.0;
    for (int rank = 0; rank < layer.ranks; rank++) {
      if (layer.living(rank) && loadWith(rank, 0.0) > most) {
        most = loadWith(rank, 0.0);
        hottest = rank;
      }
    }
    return hottest;
  }

  /** Writes the shares and tokens of the layer's slots: all of an expert at one place. */
  void copyShares() {
    for (int expert = 0; expert < layer.experts; expert++) {
      if (layer.placesOf(expert) > 0) {
        int slot = place[expert] >= 0 ? place[expert] : layer.places[layer.firstPlace[expert]];
        layer.shares[slot] = 1.0;
        layer.tokens[slot] = layer.loads[expert];
      }
    }
  }
}
