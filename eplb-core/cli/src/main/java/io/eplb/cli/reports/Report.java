package io.eplb.cli.reports;

/** The result of a command, with its form for scripts and its form for people. */
public interface Report {
  /** Returns the JSON form; scripts depend on the names of its fields. */
  JsonObject json();

  /** Prints the form for people. */
  void print(TextReport text);
}
