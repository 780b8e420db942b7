package io.eplb.core.format.torch;

import java.io.IOException;

/** A file of {@code torch.save} that cannot be read; the message continues "the file …". */
final class MalformedPickleException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedPickleException(String what) {
    super(what);
  }
}
