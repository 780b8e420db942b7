package io.eplb.server.metrics;

import java.util.Locale;

/** The values of labels. */
final class Words {
  private Words() {}

  /** Returns the word for a constant: {@code policy-failed} for POLICY_FAILED. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
