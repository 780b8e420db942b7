package io.eplb.core.isolation;

import io.eplb.api.LayerEnd;

/** The message about the end of a layer. */
final class LayerEndCodec {
  private static final LayerEnd.Outcome[] OUTCOMES = LayerEnd.Outcome.values();

  private LayerEndCodec() {}

  static Frame write(LayerEnd end) {
    return Frame.of(Frame.Kind.LAYER_ENDED)
        .put(end.layer())
        .put(end.outcome().ordinal())
        .put(end.tableVersion());
  }

  static LayerEnd read(Frame frame) throws MalformedFrameException {
    LayerEnd end = LayerEnd.of(frame.getInt(), OUTCOMES[frame.getInt()], frame.getLong());
    frame.end();
    return end;
  }
}
