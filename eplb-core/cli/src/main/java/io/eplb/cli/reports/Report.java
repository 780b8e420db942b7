package io.eplb.cli.reports;

/** The result of a command: its figures, held once, and how each form shows them. */
public interface Report {
  /** Returns the fields of the JSON form, whose names are promises to scripts. */
  JsonObject json();

  /** Prints the form for people. */
  void print(TextReport text);
}
