package io.eplb.core.format.numpy;

import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An open NPY file whose elements are read from first to last in portions, so that it may be larger
 * than memory. Used by one thread.
 */
public final class NumpyRows implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final InputSource source;
  private final InputStream input;
  private final int[] shape;
  private final NumpyElements elements;

  /** Takes an open file, whose header has been read. */
  private NumpyRows(InputSource source, InputStream input, NumpyReader.Start start) {
    this.source = source;
    this.input = input;
    this.shape =
        Arrays.stream(start.header().shape)
            .mapToInt(length -> (int) Math.min(length, Integer.MAX_VALUE))
            .toArray();
    this.elements =
        new NumpyElements(input, start.type(), start.header().byteOrder(), source::fault);
  }

  /**
   * Opens a file and checks its header against its size.
   *
   * @param source a file
   * @param form the dimensions that are expected
   * @param kinds the types of elements that are expected
   * @throws io.eplb.api.InvalidInputException if it cannot be read or is not such an array
   */
  public static NumpyRows open(InputSource source, ArrayForm form, NumpyKinds kinds) {
    long size = source.size();
    Path path = source.path().orElseThrow(() -> source.fault("is no file"));
    try {
      InputStream input = new BufferedInputStream(Files.newInputStream(path), BUFFER);
      boolean open = false;
      try {
        NumpyReader.Start start = new NumpyReader(form, kinds, source::fault).start(input, size);
        NumpyRows rows = new NumpyRows(source, input, start);
        open = true;
        return rows;
      } finally {
        if (!open) {
          input.close();
        }
      }
    } catch (IOException exception) {
      throw source.unreadable(exception);
    }
  }

  /** Returns the number of dimensions. */
  public int dimensions() {
    return shape.length;
  }

  /** Returns the length of a dimension; negative ones count from the innermost, which is −1. */
  public int length(int dimension) {
    return shape[dimension < 0 ? shape.length + dimension : dimension];
  }

  /**
   * Reads the next elements into {@code [0, count)}.
   *
   * @throws io.eplb.api.InvalidInputException if the file cannot be read or is truncated
   */
  public void read(double[] destination, int count) {
    try {
      elements.read(destination, count);
    } catch (IOException exception) {
      throw source.unreadable(exception);
    }
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
