package io.eplb.api.dispatch;

/**
 * The split that sends all tokens of an expert to one place: experts with several places, heaviest
 * first, go to the rank whose load ÷ speed is least with them.
 */
final class SingleSplit implements Split {
  private final Flow flow;

  SingleSplit(Layer layer) {
    flow = new Flow(layer);
  }

  @Override
  public void split(Layer layer) {
    flow.reset();
    double[] rankWeight = flow.fixed;
    sortByWeight();
    for (int index = 0; index < flow.dividedCount; index++) {
      int expert = flow.divided[index];
      int best = layer.places[layer.firstPlace[expert]];
      double least = Double.POSITIVE_INFINITY;
      for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
        int slot = layer.places[at];
        int rank = layer.rankOf[slot];
        double load = (rankWeight[rank] + flow.weight[expert]) / layer.speeds[rank];
        if (load < least) {
          least = load;
          best = slot;
        }
      }
      flow.flow[best] = flow.weight[expert];
      rankWeight[layer.rankOf[best]] += flow.weight[expert];
    }
    flow.copyShares();
  }

  private void sortByWeight() {
    for (int end = 1; end < flow.dividedCount; end++) {
      int expert = flow.divided[end];
      int at = end;
      while (at > 0 && flow.weight[flow.divided[at - 1]] < flow.weight[expert]) {
        flow.divided[at] = flow.divided[at - 1];
        at--;
      }
      flow.divided[at] = expert;
    }
  }
}
