package io.eplb.api.dispatch;

/**
 * The split with the least peak. Tokens of experts with one place are fixed; the others flow from
 * experts to ranks by {@link LeastPeak}.
 */
final class LpSplit implements Split {
  private final Flow flow;
  private final LeastPeak leastPeak;
  private final TightRanks tightRanks;

  LpSplit(Layer layer) {
    flow = new Flow(layer);
    leastPeak = new LeastPeak(flow);
    tightRanks = new TightRanks(flow);
  }

  @Override
  public void split(Layer layer) {
    leastPeak.solve();
    flow.copyShares();
  }

  @Override
  public void markTight(Layer layer) {
    tightRanks.mark();
  }
}
