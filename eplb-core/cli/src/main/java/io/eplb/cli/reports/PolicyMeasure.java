package io.eplb.cli.reports;

import io.eplb.core.simulation.PolicyScore;
import java.util.function.ToDoubleFunction;

/** A figure of a policy in a simulation; less is better. */
public enum PolicyMeasure {
  PAR_NEXT_MEAN("PAR next window", "mean", 8, 4, score -> score.parNextWindow().mean()),
  PAR_NEXT_P95("PAR next window", "p95", 8, 4, score -> score.parNextWindow().p95()),
  PAR_NEXT_MAX("PAR next window", "max", 8, 4, score -> score.parNextWindow().max()),
  PAR_SAME_MEAN("PAR same window", "mean", 8, 4, score -> score.parSameWindow().mean()),
  MOVED_FIRST("moved per layer", "first", 8, 1, PolicyScore::movedFirst),
  MOVED_STEADY("moved per layer", "later", 8, 1, PolicyMeasure::movedSteady),
  MILLIS_MEDIAN("planning ms", "median", 9, 2, PolicyScore::planMillisMedian),
  MILLIS_MAX("planning ms", "max", 9, 2, PolicyScore::planMillisMax);

  /** The line over the heads of all columns. */
  static final String GROUPS =
      TextReport.text(
          "%24s%8s%16s%18s", "PAR, next window ", "PAR same", "moved/layer ", "planning, ms ");

  private final String figure;
  private final String head;
  private final int width;
  private final int decimals;

  @SuppressWarnings("ImmutableEnumChecker") // The functions above have no state.
  private final ToDoubleFunction<PolicyScore> value;

  PolicyMeasure(
      String figure, String head, int width, int decimals, ToDoubleFunction<PolicyScore> value) {
    this.figure = figure;
    this.head = head;
    this.width = width;
    this.decimals = decimals;
    this.value = value;
  }

  /** Returns the measure in words. */
  public String title() {
    return figure + ", " + head;
  }

  /** Returns the head of the measure's column, with the room for a mark. */
  String head() {
    return head + " ";
  }

  /** Returns a text aligned to the right of the measure's column. */
  String column(String text) {
    return TextReport.text("%" + width + "s", text);
  }

  /** Returns the figure for people; a dash if there is none. */
  public String shown(PolicyScore score) {
    return shown(of(score));
  }

  /**
   * Returns a figure as in the column of this measure: with fewer decimals if it would not leave
   * room for a blank before it and a mark behind it.
   */
  String shown(double figure) {
    if (Double.isInfinite(figure)) {
      return "–";
    }
    String text = TextReport.text("%." + decimals + "f", figure);
    for (int fewer = decimals - 1; fewer >= 0 && text.length() > width - 2; fewer--) {
      text = TextReport.text("%." + fewer + "f", figure);
    }
    return text;
  }

  /** Returns the figure, infinite if there is none. */
  double of(PolicyScore score) {
    return value.applyAsDouble(score);
  }

  private static double movedSteady(PolicyScore score) {
    return score.movedSteady().orElse(Double.POSITIVE_INFINITY);
  }
}
