package io.eplb.cli.reports;

import io.eplb.core.simulation.PolicyScore;
import java.util.function.ToDoubleFunction;

/** A figure of a policy in a simulation; less is better. */
public enum PolicyMeasure {
  PAR_NEXT_MEAN("PAR next window", "mean", 10, "%.4f", score -> score.parNextWindow().mean()),
  PAR_NEXT_P95("PAR next window", "p95", 10, "%.4f", score -> score.parNextWindow().p95()),
  PAR_NEXT_MAX("PAR next window", "max", 10, "%.4f", score -> score.parNextWindow().max()),
  PAR_SAME_MEAN("PAR same window", "mean", 10, "%.4f", score -> score.parSameWindow().mean()),
  MOVED_FIRST("moved per layer", "first", 9, "%.1f", PolicyScore::movedFirst),
  MOVED_STEADY("moved per layer", "later", 9, "%.1f", PolicyMeasure::movedSteady),
  MILLIS_MEDIAN("planning ms", "median", 10, "%.2f", PolicyScore::planMillisMedian),
  MILLIS_MAX("planning ms", "max", 10, "%.2f", PolicyScore::planMillisMax);

  private final String figure;
  private final String head;
  private final int width;
  private final String format;

  @SuppressWarnings("ImmutableEnumChecker") // The functions above have no state.
  private final ToDoubleFunction<PolicyScore> value;

  PolicyMeasure(
      String figure, String head, int width, String format, ToDoubleFunction<PolicyScore> value) {
    this.figure = figure;
    this.head = head;
    this.width = width;
    this.format = format;
    this.value = value;
  }

  /** Returns the measure in words. */
  public String title() {
    return figure + ", " + head;
  }

  /** Returns the head of the measure's column. */
  String head() {
    return head;
  }

  /** Returns a text aligned to the right of the measure's column. */
  String column(String text) {
    return TextReport.text("%" + width + "s", text);
  }

  /** Returns the figure for people; a dash if there is none. */
  public String shown(PolicyScore score) {
    double figure = of(score);
    return Double.isInfinite(figure) ? "–" : TextReport.text(format, figure);
  }

  /** Returns the figure, infinite if there is none. */
  double of(PolicyScore score) {
    return value.applyAsDouble(score);
  }

  private static double movedSteady(PolicyScore score) {
    return score.movedSteady().orElse(Double.POSITIVE_INFINITY);
  }
}
