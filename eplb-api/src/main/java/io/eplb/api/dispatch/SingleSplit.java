package io.eplb.api.dispatch;

/**
 * The split that sends all tokens of an expert to one place. To make the peak least is hard
 * (scheduling on restricted machines); this one is at most the greatest weight ÷ speed of a
 * replicated expert at one of its places above the peak of {@link LpSplit}, which none can be
 * below.
 *
 * <p>The flow of least peak is turned into a {@link Forest}. An expert that flows to one rank stays
 * there; another goes to one of its children in the forest. A rank has one parent at most, so it
 * gets at most one expert more than it has tokens for under the least peak. {@link ChoiceMoves}
 * then lower the peak further.
 *
 * <p>Source: the rounding of Lenstra, Shmoys and Tardos, "Approximation algorithms for scheduling
 * unrelated parallel machines", Math. Programming 46 (1990).
 */
final class SingleSplit implements Split {
  private final Flow flow;
  private final LeastPeak leastPeak;
  private final Forest forest;
  private final Choice choice;
  private final ChoiceMoves moves;

  SingleSplit(Layer layer) {
    flow = new Flow(layer);
    leastPeak = new LeastPeak(flow);
    forest = new Forest(flow);
    choice = new Choice(flow);
    moves = new ChoiceMoves(choice);
  }

  @Override
  public void split(Layer layer) {
    leastPeak.solve();
    forest.grow();
    choice.reset();
    putWhole(layer);
    sortByWeight();
    for (int index = 0; index < flow.dividedCount; index++) {
      if (choice.place[flow.divided[index]] < 0) {
        choice.put(flow.divided[index], bestChild(layer, flow.divided[index]));
      }
    }
    moves.lowerPeak();
    choice.copyShares();
  }

  /** Puts the experts that flow to one rank; of an expert that flows nowhere, to its first. */
  private void putWhole(Layer layer) {
    for (int index = 0; index < flow.dividedCount; index++) {
      int expert = flow.divided[index];
      int flowing = 0;
      int last = layer.places[layer.firstPlace[expert]];
      for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
        if (flow.flow[layer.places[at]] > 0.0) {
          flowing++;
          last = layer.places[at];
        }
      }
      if (flowing <= 1) {
        choice.put(expert, last);
      }
    }
  }

  /** Returns the place of an expert at the child that has the least load ÷ speed with it. */
  private int bestChild(Layer layer, int expert) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
      int slot = layer.places[at];
      if (forest.isChild(expert, slot)) {
        double load = choice.loadWith(layer.rankOf[slot], flow.weight[expert]);
        if (load < least) {
          least = load;
          best = slot;
        }
      }
    }
    return best;
  }

  /** Sorts the divided experts, heaviest first; equal ones by number. */
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
