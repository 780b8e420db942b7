package io.eplb.core.load;

/** The walk through a recording that is in memory. */
final class RecordedTrace extends LoadTrace {
  private final LoadRecording recording;

  RecordedTrace(LoadRecording recording) {
    super(recording.windows(), recording.layers(), recording.experts());
    this.recording = recording;
  }

  @Override
  protected void read(int window, double[] destination) {
    for (int layer = 0; layer < layers(); layer++) {
      recording.copyLayer(window, layer, destination, layer * experts());
    }
  }

  @Override
  public void close() {
    // Nothing is held open.
  }
}
