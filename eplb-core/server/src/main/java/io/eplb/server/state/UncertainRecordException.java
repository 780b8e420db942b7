package io.eplb.server.state;

import java.io.IOException;

/**
 * A record that could not be added to a journal, and could not be taken back either: a later
 * service may find it.
 */
public final class UncertainRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  UncertainRecordException(String message, IOException cause) {
    super(message, cause);
  }
}
