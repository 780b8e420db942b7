package io.eplb.core.format.load;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.numpy.NumpyStream;
import io.eplb.core.load.LoadTrace;

/** The walk through an NPY file, of which one window at a time is in memory. */
final class NumpyTrace extends LoadTrace {
  private final InputSource source;
  private final NumpyStream stream;

  private NumpyTrace(InputSource source, NumpyStream stream, int windows, int layers, int experts) {
    super(windows, layers, experts);
    this.source = source;
    this.stream = stream;
  }

  /** Takes an open file over. */
  static LoadTrace open(InputSource source, NumpyStream stream) {
    boolean open = false;
    try {
      int windows = stream.dimensions() == 3 ? saturated(stream.length(0)) : 1;
      LoadTrace trace =
          source.naming(
              () ->
                  new NumpyTrace(
                      source,
                      stream,
                      windows,
                      saturated(stream.length(-2)),
                      saturated(stream.length(-1))));
      open = true;
      return trace;
    } finally {
      if (!open) {
        stream.close();
      }
    }
  }

  private static int saturated(long length) {
    return (int) Math.min(length, Integer.MAX_VALUE);
  }

  @Override
  protected void read(int window, double[] destination) {
    stream.read(destination, layers() * experts());
  }

  @Override
  protected InvalidInputException fault(String what) {
    return source.fault(what);
  }

  @Override
  public void close() {
    stream.close();
  }
}
