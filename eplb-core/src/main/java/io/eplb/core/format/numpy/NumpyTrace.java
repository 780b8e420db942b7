package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadTrace;

/** The walk through the windows of an NPY file, of which one at a time is in memory. */
public final class NumpyTrace extends LoadTrace {
  private final InputSource source;
  private final ArrayForm form;
  private final NumpyRows rows;

  private NumpyTrace(InputSource source, ArrayForm form, NumpyRows rows) {
    super(rows.dimensions() == 3 ? rows.length(0) : 1, rows.length(-2), rows.length(-1));
    this.source = source;
    this.form = form;
    this.rows = rows;
  }

  /**
   * Opens a file and checks its header against its size.
   *
   * @param source a file
   * @param form two dimensions, layers × experts, or three, windows × layers × experts
   * @throws InvalidInputException if it cannot be read or is not such an array
   */
  public static LoadTrace open(InputSource source, ArrayForm form) {
    NumpyRows rows = NumpyRows.open(source, form, NumpyKinds.LOADS);
    try {
      return source.naming(() -> new NumpyTrace(source, form, rows));
    } catch (InvalidInputException refused) {
      rows.close();
      throw refused;
    }
  }

  @Override
  protected void read(int window, double[] destination) {
    rows.read(destination, layers() * experts());
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
    rows.close();
  }
}
