package io.eplb.core.isolation;

import io.eplb.api.UnsupportedRequestException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;

/** The message about a failure of the policy: its class and its reason in words. */
final class FailureCodec {
  private FailureCodec() {}

  static Frame write(Throwable thrown) {
    boolean refusal = thrown instanceof UnsupportedRequestException;
    return Frame.of(Frame.Kind.FAILED)
        .put(refusal)
        .put(thrown.getClass().getName())
        .put(refusal ? String.valueOf(thrown.getMessage()) : FailureReason.of(thrown));
  }

  /** Returns the exception to throw: a refusal as it is, anything else as a copy. */
  static RuntimeException read(Frame frame) throws MalformedFrameException {
    boolean refusal = frame.getBoolean();
    String className = frame.getString();
    String reason = frame.getString();
    frame.end();
    return refusal
        ? new UnsupportedRequestException(reason)
        : ForeignFailure.retold(className, reason);
  }
}
