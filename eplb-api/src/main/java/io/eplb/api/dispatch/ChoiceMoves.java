package io.eplb.api.dispatch;

/**
 * Moves of whole experts that lower the peak: an expert of the hottest rank goes to another of its
 * places, alone or while an expert of that rank goes on to a third rank or, in exchange, to the
 * hottest one.
 *
 * <p>Each move leaves the ranks that it touches below the peak. Of all moves from the hottest rank
 * the one that leaves them lowest is made, the first among equals, until there is none.
 */
final class ChoiceMoves {
  /** A move that lowers the peak by less is rounding. */
  private static final double ROUNDING = 1e-12;

  private final Choice choice;
  private final Layer layer;
  private final double[] weight;

  private double lowest;
  private int first;
  private int firstTo;
  private int second;
  private int secondTo;

  ChoiceMoves(Choice choice) {
    this.choice = choice;
    layer = choice.layer;
    weight = choice.flow.weight;
  }

  /** Makes moves as long as they lower the peak, at most one for every expert and rank. */
  void lowerPeak() {
    int most = choice.flow.dividedCount == 0 ? 0 : choice.flow.dividedCount + layer.ranks;
    for (int count = 0; count < most && find(choice.hottest()); count++) {
      choice.move(first, firstTo);
      if (second >= 0) {
        choice.move(second, secondTo);
      }
    }
  }

  private boolean find(int hot) {
    lowest = choice.loadWith(hot, 0.0) * (1 - ROUNDING);
    first = -1;
    int end = (hot + 1) * layer.slotsPerRank;
    for (int slot = hot * layer.slotsPerRank; slot < end; slot++) {
      if (choice.at(slot)) {
        tryPlaces(layer.row[slot], hot);
      }
    }
    return first >= 0;
  }

  private void tryPlaces(int expert, int hot) {
    double left = choice.loadWith(hot, -weight[expert]);
    for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
      int to = layer.places[at];
      int rank = layer.rankOf[to];
      if (rank != hot) {
        double peak = Math.max(left, choice.loadWith(rank, weight[expert]));
        if (peak < lowest) {
          keep(peak, expert, to, -1, -1);
        }
        tryToMakeWay(expert, to, left);
      }
    }
  }

  /** Tries to move an expert of the rank on, so that it takes another one. */
  private void tryToMakeWay(int expert, int to, double left) {
    int rank = layer.rankOf[to];
    int hot = layer.rankOf[choice.place[expert]];
    int end = (rank + 1) * layer.slotsPerRank;
    for (int slot = rank * layer.slotsPerRank; slot < end; slot++) {
      if (!choice.at(slot)) {
        continue;
      }
      int other = layer.row[slot];
      double stays = Math.max(left, choice.loadWith(rank, weight[expert] - weight[other]));
      if (stays >= lowest) {
        continue;
      }
      for (int at = layer.firstPlace[other]; at < layer.firstPlace[other + 1]; at++) {
        int third = layer.rankOf[layer.places[at]];
        if (third != rank) {
          double more = third == hot ? weight[other] - weight[expert] : weight[other];
          double peak = Math.max(stays, choice.loadWith(third, more));
          if (peak < lowest) {
            keep(peak, expert, to, other, layer.places[at]);
          }
        }
      }
    }
  }

  private void keep(double peak, int expert, int to, int other, int otherTo) {
    lowest = peak;
    first = expert;
    firstTo = to;
    second = other;
    secondTo = otherTo;
  }
}
