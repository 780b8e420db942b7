package io.eplb.core.format.torch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the bytes of storages. */
interface StorageBytes {
  /**
   * Returns the bytes of a storage, in their byte order.
   *
   * @throws MalformedPickleException if the file has no such storage, or one that is shorter than
   *     claimed
   */
  ByteBuffer of(TorchStorage storage) throws IOException;
}
