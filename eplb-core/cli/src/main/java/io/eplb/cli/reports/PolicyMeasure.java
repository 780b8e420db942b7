package io.eplb.cli.reports;

import io.eplb.core.simulation.PolicyScore;

/** A figure by which a simulation compares policies; less is better. */
enum PolicyMeasure {
  PAR_NEXT_MEAN("PAR next window", "mean", 10, "%.4f"),
  PAR_NEXT_P95("PAR next window", "p95", 10, "%.4f"),
  PAR_NEXT_MAX("PAR next window", "max", 10, "%.4f"),
  PAR_SAME_MEAN("PAR same window", "mean", 10, "%.4f"),
  MOVED_FIRST("moved per layer", "first", 9, "%.1f"),
  MOVED_STEADY("moved per layer", "later", 9, "%.1f"),
  MILLIS_MEDIAN("planning ms", "median", 10, "%.2f"),
  MILLIS_MAX("planning ms", "max", 10, "%.2f");

  private final String figure;
  private final String head;
  private final int width;
  private final String format;

  PolicyMeasure(String figure, String head, int width, String format) {
    this.figure = figure;
    this.head = head;
    this.width = width;
    this.format = format;
  }

  /** Returns the measure in words. */
  String title() {
    return figure + ", " + head;
  }

  /** Returns the head of the measure's column. */
  String head() {
    return head;
  }

  /** Returns a text at the right of the measure's column. */
  String column(String text) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /** Returns the figure for people; a dash if there is none. */
  String shown(PolicyScore score) {
    double value = of(score);
    return Double.isInfinite(value) ? "–" : TextReport.text(format, value);
  }

  /** Returns the figure, infinite if there is none. */
  double of(PolicyScore score) {
    return switch (this) {
      case PAR_NEXT_MEAN -> score.parNextWindow().mean();
      case PAR_NEXT_P95 -> score.parNextWindow().p95();
      case PAR_NEXT_MAX -> score.parNextWindow().max();
      case PAR_SAME_MEAN -> score.parSameWindow().mean();
      case MOVED_FIRST -> score.movedFirst();
      case MOVED_STEADY -> score.movedSteady().orElse(Double.POSITIVE_INFINITY);
      case MILLIS_MEDIAN -> score.planMillisMedian();
      case MILLIS_MAX -> score.planMillisMax();
    };
  }
}
