package io.eplb.api;

/** Whose fault an error is, and so who has to act on it. */
public enum Blame {
  /** The input, an option or the configuration is wrong; the message says what would be right. */
  USER,
  /** The policy broke its contract: a fault in the policy's jar. */
  POLICY,
  /** A fault of EPLB itself. */
  INTERNAL
}
