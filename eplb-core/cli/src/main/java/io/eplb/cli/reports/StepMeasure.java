package io.eplb.cli.reports;

import java.util.Locale;

/** A measure of the balance of a single step. */
public enum StepMeasure {
  /** PAR: the load of the hottest rank ÷ the mean. */
  TOKENS,

  /** The experts that the busiest rank reads ÷ the mean, beside PAR. */
  ACTIVATED;

  /** Returns the name that the command line uses. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
