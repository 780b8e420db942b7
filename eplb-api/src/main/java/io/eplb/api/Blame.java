package io.eplb.api;

/** Whose fault an error is, and so who has to act on it. */
public enum Blame {
  /** The input, an option or the configuration is wrong; the message says what would be right. */
  USER,
  /** The policy broke its contract: a fault in the policy's jar. */
  POLICY,
  /** The group is too small for what it has to hold: more ranks or slots are needed. */
  GROUP,
  /** A fault of EPLB itself. */
  INTERNAL
}
