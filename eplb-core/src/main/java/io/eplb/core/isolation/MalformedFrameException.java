package io.eplb.core.isolation;

import java.io.IOException;

/** Bytes that are no message of the other process. */
final class MalformedFrameException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String what) {
    super(what);
  }
}
