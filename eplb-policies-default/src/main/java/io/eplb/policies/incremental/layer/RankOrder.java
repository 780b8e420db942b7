package io.eplb.policies.incremental.layer;

import io.eplb.policies.kernel.FallingOrder;

/**
 * The ranks of a layer by falling heat, of equal ones the lower first. A change costs two binary
 * searches and a shift.
 */
final class RankOrder {
  private final double[] heat;
  private final int[] order;

  /**
   * Creates an order by the heats in {@code heat}; from then on, only {@link #change} writes them.
   */
  RankOrder(double[] heat) {
    this.heat = heat;
    this.order = new int[heat.length];
  }

  /** Orders all ranks anew. */
  void rebuild() {
    for (int rank = 0; rank < order.length; rank++) {
      order[rank] = rank;
    }
    FallingOrder.sort(order, 0, order.length, heat);
  }

  /** Changes the heat of a rank. */
  void change(int rank, double newHeat) {
    if (newHeat == heat[rank]) {
      return;
    }
    int last = order.length - 1;
    int from = position(rank, order.length);
    System.arraycopy(order, from + 1, order, from, last - from);
    heat[rank] = newHeat;
    int to = position(rank, last);
    System.arraycopy(order, to, order, to + 1, last - to);
    order[to] = rank;
  }

  /** Returns the rank at a place, the hottest at 0. */
  int at(int place) {
    return order[place];
  }

  /** Returns the number of the first {@code ordered} ranks that come before a rank. */
  private int position(int rank, int ordered) {
    double own = heat[rank];
    int from = 0;
    int to = ordered;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int other = order[middle];
      if (heat[other] > own || (heat[other] == own && other < rank)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
