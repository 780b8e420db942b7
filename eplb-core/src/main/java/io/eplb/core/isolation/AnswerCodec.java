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
    if (answer.changed()) {
      Placement placement = answer.newPlacement();
      int slots = placement.physicalExperts();
      int[] rows = new int[placement.layers() * slots];
      for (int layer = 0; layer < placement.layers(); layer++) {
        placement.copyLayer(layer, rows, layer * slots);
      }
      frame.put(answer.layerPriority());
      frame.put(placement.layers()).put(placement.ranks()).put(placement.slotsPerRank());
      frame.put(rows);
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
      frame.end();
      return Rebalance.of(true, priority, placement);
    } catch (EplbException wrong) {
      throw new MalformedFrameException("an answer is malformed: " + wrong.getMessage());
    }
  }
}
