package io.eplb.core.format.numpy;

import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An NPY file that is open for reading its elements from first to last, some at a time: only those
 * are in memory. Used by one thread.
 */
public final class NumpyStream implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final InputSource source;
  private final InputStream input;
  private final NumpyReader.Start start;
  private final NumpyElements elements;

  private NumpyStream(InputSource source, InputStream input, NumpyReader.Start start) {
    this.source = source;
    this.input = input;
    this.start = start;
    this.elements = new NumpyElements(input, start.type(), source::fault);
  }

  /**
   * Opens a file and checks its header against its size.
   *
   * @param source a file
   * @param form the dimensions expected
   * @param kinds the element types expected
   * @throws io.eplb.api.InvalidInputException if it cannot be read or is not such an array
   */
  public static NumpyStream open(InputSource source, ArrayForm form, NumpyKinds kinds) {
    long size = source.size();
    Path path = source.path().orElseThrow(() -> source.fault("is no file"));
    InputStream input = null;
    try {
      input = new BufferedInputStream(Files.newInputStream(path), BUFFER);
      NumpyReader.Start start = new NumpyReader(form, kinds, source::fault).start(input, size);
      NumpyStream stream = new NumpyStream(source, input, start);
      input = null;
      return stream;
    } catch (IOException exception) {
      throw source.unreadable(exception);
    } finally {
      close(input);
    }
  }

  /** Returns the number of dimensions. */
  public int dimensions() {
    return start.header().shape.length;
  }

  /** Returns the length of a dimension; negative ones count from the innermost, which is −1. */
  public long length(int dimension) {
    return start.header().shape[dimension < 0 ? dimensions() + dimension : dimension];
  }

  /**
   * Reads the next elements.
   *
   * @param destination filled in {@code [0, count)}
   * @throws io.eplb.api.InvalidInputException if the file cannot be read or ends before
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
    close(input);
  }

  private static void close(@Nullable InputStream input) {
    if (input != null) {
      try {
        input.close();
      } catch (IOException nothingWasWritten) {
        // What was read is there already.
      }
    }
  }
}
