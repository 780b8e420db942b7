package io.eplb.core.isolation;

import io.eplb.api.LayerEnd;
import java.util.ArrayList;
import java.util.List;

/** The message about the ends of layers. */
final class LayerEndCodec {
  private LayerEndCodec() {}

  static Frame write(List<LayerEnd> ends) {
    Frame frame = Frame.of(Frame.Kind.LAYERS_ENDED).put(ends.size());
    ends.forEach(end -> frame.put(end.layer()).put(end.outcome()).put(end.tableVersion()));
    return frame;
  }

  static List<LayerEnd> read(Frame frame) throws MalformedFrameException {
    List<LayerEnd> ends = new ArrayList<>();
    for (int left = frame.getInt(); left > 0; left--) {
      ends.add(LayerEnd.of(frame.getInt(), frame.getEnum(LayerEnd.Outcome.class), frame.getLong()));
    }
    frame.end();
    return ends;
  }
}
