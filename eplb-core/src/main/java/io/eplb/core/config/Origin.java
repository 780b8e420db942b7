package io.eplb.core.config;

/**
 * Where a setting's value came from.
 *
 * @param description "default", "command line", or file and line
 */
public record Origin(String description) {
  /** Nobody set it. */
  public static final Origin DEFAULT = new Origin("default");

  /** It was given on the command line. */
  public static final Origin COMMAND_LINE = new Origin("command line");

  @Override
  public String toString() {
    return description;
  }
}
