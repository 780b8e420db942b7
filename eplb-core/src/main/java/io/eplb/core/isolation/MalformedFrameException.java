package io.eplb.core.isolation;

import io.eplb.api.wording.OneLine;
import java.io.IOException;

/** Bytes that are no message of the other process. The reason may quote any of them. */
final class MalformedFrameException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String what) {
    super(OneLine.brief(what));
  }
}
