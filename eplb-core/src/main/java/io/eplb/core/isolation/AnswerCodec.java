package io.eplb.core.isolation;

import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;

/** The message with a policy's answer. */
final class AnswerCodec {
  private AnswerCodec() {}

  static Frame write(Rebalance answer) {
    Frame frame = Frame.of(Frame.Kind.ANSWERED).put(answer.changed());
    if (!answer.changed()) {
      return frame;
    }
    Placement placement = answer.newPlacement();
    int slots = placement.physicalExperts();
    int[] rows = new int[placement.layers() * slots];
    for (int layer = 0; layer < placement.layers(); layer++) {
      placement.copyLayer(layer, rows, layer * slots);
    }
    frame.put(answer.layerPriority());
    frame.put(placement.layers()).put(placement.ranks()).put(placement.slotsPerRank());
    frame.put(rows);
    double[] shares = new double[slots];
    int[] sources = new int[slots];
    for (int layer = 0; layer < placement.layers(); layer++) {
      frame.put(answer.hasExpectedPeak(layer));
      if (answer.hasExpectedPeak(layer)) {
        frame.put(answer.expectedPeakBefore(layer)).put(answer.expectedPeakAfter(layer));
      }
      frame.put(answer.hasShares(layer));
      if (answer.hasShares(layer)) {
        answer.copyShares(layer, shares, 0);
        frame.put(shares);
      }
      frame.put(answer.hasSources(layer));
      if (answer.hasSources(layer)) {
        answer.copySources(layer, sources, 0);
        frame.put(sources);
      }
    }
    return frame;
  }

  /**
   * Reads an answer.
   *
   * @param current the table that the policy was asked about
   */
  static Rebalance read(Frame frame, ExpertTable current) throws MalformedFrameException {
    if (!frame.getBoolean()) {
      frame.end();
      return Rebalance.unchanged(current);
    }
    try {
      int[] priority = frame.getInts();
      Placement placement =
          Placement.of(frame.getInt(), frame.getInt(), frame.getInt(), frame.getInts());
      Rebalance.Builder answer = Rebalance.builder(priority, placement);
      for (int layer = 0; layer < placement.layers(); layer++) {
        if (frame.getBoolean()) {
          answer.expectedPeak(layer, frame.getDouble(), frame.getDouble());
        }
        if (frame.getBoolean()) {
          answer.shares(layer, frame.getDoubles(), 0);
        }
        if (frame.getBoolean()) {
          answer.sources(layer, frame.getInts(), 0);
        }
      }
      frame.end();
      return answer.build();
    } catch (EplbException wrong) {
      throw new MalformedFrameException("an answer is malformed: " + wrong.getMessage());
    }
  }
}
