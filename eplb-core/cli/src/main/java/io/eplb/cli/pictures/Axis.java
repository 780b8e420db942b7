package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;

/**
 * A vertical axis with ticks at round numbers.
 *
 * @param low the number at the lower end
 * @param step the distance of two ticks
 * @param steps the number of distances, 1 or more
 * @param height the height in pixels
 */
record Axis(double low, double step, int steps, int height) {
  private static final int PIXELS_PER_TICK = 45;

  /** Returns an axis that has room for two numbers. */
  static Axis of(double least, double greatest, int height) {
    int ticks = Math.max(2, height / PIXELS_PER_TICK);
    double step = round((greatest - least) / ticks);
    double low = Math.floor(least / step + 1e-9) * step;
    return new Axis(
        low, step, (int) Math.max(1, Math.ceil((greatest - low) / step - 1e-9)), height);
  }

  /** Returns the least number that is 1, 2 or 5 times a power of ten and at least the step. */
  static double round(double step) {
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

  /** Returns the place of a number, in pixels from the top. */
  double y(double value) {
    return height - (value - low) / (step * steps) * height;
  }

  /** Returns the markup of the grid and of the ticks to its left. */
  String html() {
    StringBuilder svg = new StringBuilder();
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (int tick = 0; tick <= steps; tick++) {
      double value = low + tick * step;
      String y = Plot.number(y(value));
      svg.append(
          "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%s\" y2=\"%s\"/>".formatted(y, y));
      svg.append(
          "<text class=\"tick\" x=\"-8\" y=\"%s\" dy=\".35em\" text-anchor=\"end\">%s</text>\n"
              .formatted(y, label(value, decimals, low + step * steps)));
    }
    return svg.toString();
  }

  /** Returns a number in the unit that suits the greatest of its axis. */
  private static String label(double value, int decimals, double greatest) {
    if (greatest < 10_000) {
      return TextReport.text("%." + decimals + "f", value);
    }
    String units = "kMGTPE";
    int unit = 0;
    double scale = 1e3;
    while (greatest >= 1e3 * scale && unit < units.length() - 1) {
      scale *= 1e3;
      unit++;
    }
    String number = TextReport.text("%.1f", value / scale);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + (value == 0.0 ? "" : units.charAt(unit));
  }
}
