package io.eplb.server.message;

import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import java.nio.charset.StandardCharsets;

/** Builds the bodies of requests. */
final class Bodies {
  static final byte[] LOAD = NumpyBytes.array("<i8", "(1, 2)", NumpyBytes.longs(5, 7));
  static final byte[] WORKLOAD =
      NumpyBytes.array("<f4", "(1, 2, 1)", NumpyBytes.floats(5.5f, 7.0f));
  static final byte[] CURRENT = NumpyBytes.array("<i4", "(1, 2, 1)", NumpyBytes.ints(0, 1));

  private Bodies() {}

  /** An archive of names and arrays in turn. */
  static byte[] archive(Object... namesAndArrays) {
    ArchiveBytes archive = new ArchiveBytes();
    for (int i = 0; i < namesAndArrays.length; i += 2) {
      archive.add(namesAndArrays[i] + ".npy", (byte[]) namesAndArrays[i + 1]);
    }
    return archive.build();
  }

  static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
