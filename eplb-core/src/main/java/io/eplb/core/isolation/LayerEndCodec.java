package io.eplb.core.isolation;

import io.eplb.api.LayerEnd;

/** The message about the end of a layer. */
final class LayerEndCodec {
  private LayerEndCodec() {}

  static Frame write(LayerEnd end) {
    return Frame.of(Frame.Kind.LAYER_ENDED)
        .put(end.layer())
        .put(end.outcome())
        .put(end.tableVersion());
  }

  static LayerEnd read(Frame frame) throws MalformedFrameException {
    LayerEnd end =
        LayerEnd.of(frame.getInt(), frame.getEnum(LayerEnd.Outcome.class), frame.getLong());
    frame.end();
    return end;
  }
}
