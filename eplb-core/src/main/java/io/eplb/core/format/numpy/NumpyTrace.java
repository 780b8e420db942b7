package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadTrace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The walk through the windows of an NPY file, of which one at a time is in memory. */
public final class NumpyTrace extends LoadTrace {
  private static final int BUFFER = 1 << 18;

  private final InputSource source;
  private final ArrayForm form;
  private final InputStream input;
  private final NumpyElements elements;

  /** Takes an open file, whose header has been read. */
  private NumpyTrace(
      InputSource source,
      ArrayForm form,
      InputStream input,
      NumpyReader.Start start,
      int windows,
      int layers,
      int experts) {
    super(windows, layers, experts);
    this.source = source;
    this.form = form;
    this.input = input;
    this.elements =
        new NumpyElements(input, start.type(), start.header().byteOrder(), source::fault);
  }

  /**
   * Opens a file and checks its header against its size.
   *
   * @param source a file
   * @param form two dimensions, layers × experts, or three, windows × layers × experts
   * @throws InvalidInputException if it cannot be read or is not such an array
   */
  public static LoadTrace open(InputSource source, ArrayForm form) {
    long size = source.size();
    Path path = source.path().orElseThrow(() -> source.fault("is no file"));
    try {
      InputStream input = new BufferedInputStream(Files.newInputStream(path), BUFFER);
      boolean open = false;
      try {
        NumpyReader.Start start =
            new NumpyReader(form, NumpyKinds.LOADS, source::fault).start(input, size);
        LoadTrace trace = source.naming(() -> of(source, form, input, start));
        open = true;
        return trace;
      } finally {
        if (!open) {
          input.close();
        }
      }
    } catch (IOException exception) {
      throw source.unreadable(exception);
    }
  }

  private static LoadTrace of(
      InputSource source, ArrayForm form, InputStream input, NumpyReader.Start start) {
    int[] shape =
        Arrays.stream(start.header().shape)
            .mapToInt(length -> (int) Math.min(length, Integer.MAX_VALUE))
            .toArray();
    int last = shape.length - 1;
    return new NumpyTrace(
        source, form, input, start, last == 2 ? shape[0] : 1, shape[last - 1], shape[last]);
  }

  @Override
  protected void read(int window, double[] destination) {
    try {
      elements.read(destination, layers() * experts());
    } catch (IOException exception) {
      throw source.unreadable(exception);
    }
  }

  @Override
  protected InvalidInputException fault(String what) {
    return source.fault(what);
  }

  @Override
  public LoadTrace again() {
    return open(source, form);
  }

  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException nothingWasWritten) {
      // What was read is there already.
    }
  }
}
