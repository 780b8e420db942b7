package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import java.util.Arrays;

/**
 * A chart of bars side by side, from 0 upwards.
 *
 * @param title the vertical axis in words
 * @param below the places in words
 * @param style the class that has the colour
 * @param places the places
 * @param values one per bucket, at least one, none below 0
 * @param greatest the greatest number of all charts on the same scale
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
record BarChart(
    String title, String below, String style, Buckets places, double[] values, double greatest)
    implements Drawing {
  private static final int HEIGHT = 180;
  private static final int WIDEST = 40;

  @Override
  public String html(String id) {
    Axis axis = Axis.of(0, greatest, HEIGHT);
    double step = 1000.0 / values.length;
    double width = values.length > 200 ? step : Math.min(step * 0.8, WIDEST);
    StringBuilder bars = new StringBuilder();
    for (int at = 0; at < values.length; at++) {
      bars.append(
          "M%s %sV%sh%sV%sz"
              .formatted(
                  Plot.number(step * (at + 0.5) - width / 2),
                  HEIGHT,
                  Plot.number(axis.y(values[at])),
                  Plot.number(width),
                  HEIGHT));
    }
    Plot plot =
        new Plot(
            id,
            title,
            TextReport.text(
                "From %.4g to %.4g. The table below has the numbers.",
                Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0)),
            HEIGHT);
    plot.with(axis.html()).ticks(places, true).below(below);
    plot.stretched("<path class=\"bar %s\" d=\"%s\"/>".formatted(style, bars));
    return "<p class=\"axis\">" + HtmlPage.escaped(title) + "</p>\n" + plot.html();
  }
}
