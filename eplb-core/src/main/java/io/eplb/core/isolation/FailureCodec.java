package io.eplb.core.isolation;

import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;

/** The message about a failure of the policy: its class and its reason in words. */
final class FailureCodec {
  private FailureCodec() {}

  static Frame write(Throwable thrown) {
    return Frame.of(Frame.Kind.FAILED)
        .put(thrown.getClass().getName())
        .put(FailureReason.of(thrown));
  }

  static ForeignFailure read(Frame frame) throws MalformedFrameException {
    String className = frame.getString();
    String reason = frame.getString();
    frame.end();
    return ForeignFailure.retold(className, reason);
  }
}
