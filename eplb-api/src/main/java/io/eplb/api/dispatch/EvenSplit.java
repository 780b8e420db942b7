package io.eplb.api.dispatch;

import io.eplb.api.Placement;

/** The even split: a slot gets its expert's tokens ÷ the slots that hold the expert. */
final class EvenSplit implements Split {
  @Override
  public void split(Layer layer) {
    for (int slot = 0; slot < layer.row.length; slot++) {
      int expert = layer.row[slot];
      if (expert != Placement.EMPTY) {
        layer.shares[slot] = 1.0 / layer.replicas[expert];
        layer.tokens[slot] = layer.loads[expert] / layer.replicas[expert];
      }
    }
  }
}
