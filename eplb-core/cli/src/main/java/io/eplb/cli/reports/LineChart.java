package io.eplb.cli.reports;

import java.util.Comparator;
import java.util.List;

/**
 * A line chart of series with one number per window, in SVG with a legend.
 *
 * @param label the subject, read aloud by screen readers
 * @param axis the vertical axis in words
 * @param floor the lowest value of the vertical axis
 * @param lines at least one series, all of the same length
 */
record LineChart(String label, String axis, double floor, List<Line> lines) {
  private static final int WIDTH = 920;
  private static final int HEIGHT = 320;
  private static final int LEFT = 60;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;
  private static final int MOST_POINTS = 400;
  private static final int TICKS = 5;

  /**
   * One series.
   *
   * @param name the name in the legend and in tooltips
   * @param color in CSS
   * @param dashed whether the line is dashed, as that of a bound is
   * @param values one per window, at least one, finite
   */
  record Line(String name, String color, boolean dashed, List<Double> values) {}

  /** Returns the markup of the legend and of the chart. */
  String html() {
    return legend() + svg();
  }

  /** Returns the markup of the names of the lines; those of dashed lines come last. */
  private String legend() {
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">\n");
    lines.stream()
        .sorted(Comparator.comparing(Line::dashed))
        .forEach(
            line ->
                legend
                    .append("<li>")
                    .append(
                        HtmlPage.key(line.color + (line.dashed ? ";border-top-style:dashed" : "")))
                    .append(HtmlPage.escaped(line.name))
                    .append("</li>\n"));
    return legend.append("</ul>\n").toString();
  }

  private String svg() {
    int windows = lines.get(0).values.size();
    double greatest =
        lines.stream().flatMap(line -> line.values.stream()).max(Double::compare).orElse(floor);
    double step = tick((greatest - floor) / TICKS);
    double ceiling = floor + step * Math.max(1, Math.ceil((greatest - floor) / step - 1e-9));
    StringBuilder svg = new StringBuilder(1 << 14);
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, HEIGHT, HtmlPage.escaped(label)));
    int rows = (int) Math.round((ceiling - floor) / step);
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (int row = 0; row <= rows; row++) {
      double value = floor + row * step;
      double y = y(value, ceiling);
      svg.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, number(y), number(y)));
      svg.append(
          "<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
              .formatted(LEFT - 8, number(y + 4), TextReport.text("%." + decimals + "f", value)));
    }
    int stride = Math.max(1, (int) tick(windows / 10.0));
    for (int window = 0; window < windows; window += stride) {
      svg.append(
          "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%d</text>\n"
              .formatted(number(x(window, windows)), HEIGHT - BOTTOM + 18, window));
    }
    svg.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">window planned from</text>\n"
            .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6));
    svg.append(
        "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
            .formatted((TOP + HEIGHT - BOTTOM) / 2, HtmlPage.escaped(axis)));
    for (Line line : lines) {
      draw(line, ceiling, svg);
    }
    return svg.append("</svg>\n").toString();
  }

  private void draw(Line line, double ceiling, StringBuilder svg) {
    int windows = line.values.size();
    int bucket = (windows + MOST_POINTS - 1) / MOST_POINTS;
    svg.append("<g stroke=\"%s\" fill=\"%s\">".formatted(line.color, line.color));
    svg.append("<title>%s</title><polyline class=\"line\"".formatted(HtmlPage.escaped(line.name)));
    svg.append(line.dashed ? " stroke-dasharray=\"5 4\" points=\"" : " points=\"");
    StringBuilder dots = new StringBuilder();
    for (int from = 0; from < windows; from += bucket) {
      int to = Math.min(windows, from + bucket);
      double mean =
          line.values.subList(from, to).stream().mapToDouble(value -> value).sum() / (to - from);
      String x = number(x((from + to - 1) / 2.0, windows));
      String y = number(y(mean, ceiling));
      svg.append(x).append(',').append(y).append(' ');
      if (windows <= 60 && !line.dashed) {
        dots.append(
            "<circle cx=\"%s\" cy=\"%s\" r=\"2.5\"><title>%s, window %d: %s</title></circle>"
                .formatted(x, y, HtmlPage.escaped(line.name), from, TextReport.text("%.4f", mean)));
      }
    }
    svg.append("\"/>").append(dots).append("</g>\n");
  }

  private static double x(double window, int windows) {
    double share = windows == 1 ? 0.5 : window / (windows - 1);
    return LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20);
  }

  private double y(double value, double ceiling) {
    return TOP + (ceiling - value) / (ceiling - floor) * (HEIGHT - TOP - BOTTOM);
  }

  /** Returns the least number that is 1, 2 or 5 times a power of ten and at least the step. */
  private static double tick(double step) {
    if (!(step > 1e-9)) {
      return 1.0;
    }
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= step * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return TextReport.text("%.1f", value);
  }
}
