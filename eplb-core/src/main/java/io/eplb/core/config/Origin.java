package io.eplb.core.config;

/**
 * The origin of a setting's value.
 *
 * @param description "default", "command line", or file and line
 */
public record Origin(String description) {
  /** The origin of a value that was not set. */
  public static final Origin DEFAULT = new Origin("default");

  /** The origin of a value that was given on the command line. */
  public static final Origin COMMAND_LINE = new Origin("command line");

  @Override
  public String toString() {
    return description;
  }
}
