package io.eplb.server.metrics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kind of a policy's failure: one of few words, so that it can be a label. */
enum FailureWord {
  /** No answer before the deadline. */
  DEADLINE("deadline"),
  /** An answer that broke a rule of the contract. */
  CONTRACT("contract"),
  /** Not asked any more after too many failures in a row. */
  SWITCHED_OFF("switched-off"),
  /** An exception, or anything else. */
  ERROR("error");

  // The message of a failure names the policy and then the rule: "policy mine: P8: …".
  private static final Pattern RULE = Pattern.compile("^policy [a-z][a-z0-9-]*: (P[1-9])\\b");
  private static final Pattern OFF =
      Pattern.compile("^policy [a-z][a-z0-9-]* is switched off after ");

  private final String label;

  FailureWord(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Returns the kind of the failure that a message of the contract's guard tells. */
  static FailureWord of(String reason) {
    if (OFF.matcher(reason).find()) {
      return SWITCHED_OFF;
    }
    Matcher rule = RULE.matcher(reason);
    if (!rule.find()) {
      return ERROR;
    }
    return "P8".equals(rule.group(1)) ? DEADLINE : CONTRACT;
  }
}
