package io.eplb.core.advice;

/** The cost that candidates are compared by; less is better. */
public enum Measure {
  /** PAR on sums of steps, for a recording of windows. */
  WINDOW("PAR of a window", 0.05),
  /** PAR of single steps, for a recording of steps. */
  STEP("PAR of a step", 0.05),
  /** The predicted time of a layer in a step, with its part of the moves if they have a price. */
  TIME("µs of a layer", 0.02);

  private final String title;
  private final double worthwhile;

  Measure(String title, double worthwhile) {
    this.title = title;
    this.worthwhile = worthwhile;
  }

  /** Returns its name in reports. */
  public String title() {
    return title;
  }

  /** Returns the least part of a cost whose saving is worth a change: 0.05 is 5 %. */
  public double worthwhile() {
    return worthwhile;
  }
}
