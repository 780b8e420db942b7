package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.planning.PlanAnswer;
import java.io.IOException;
import java.lang.ref.SoftReference;

/**
 * A decision that is held for ranks that ask again: its bytes, and its answer while memory lasts,
 * since few are asked for again, but by many ranks at once. Thread-safe.
 */
final class HeldDecision {
  private final RoundRecord summary;
  private final byte[] bytes;
  private SoftReference<PlanAnswer> answer;

  HeldDecision(RoundRecord summary, byte[] bytes, PlanAnswer answer) {
    this.summary = summary;
    this.bytes = bytes;
    this.answer = new SoftReference<>(answer);
  }

  RoundRecord summary() {
    return summary;
  }

  /** Returns the bytes of {@link DecisionFormat}; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the answer. */
  synchronized PlanAnswer answer() {
    PlanAnswer known = answer.get();
    if (known != null) {
      return known;
    }
    try {
      PlanAnswer read = DecisionFormat.read(bytes).answer();
      answer = new SoftReference<>(read);
      return read;
    } catch (IOException impossible) {
      throw new IllegalStateException("a decision that was written cannot be read", impossible);
    }
  }
}
