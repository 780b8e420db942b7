package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import java.util.List;

/**
 * A small chart of one line with the band that most of its values lie in.
 *
 * @param subject the figure in words
 * @param over the values that mean and percentiles are taken over
 * @param line the mean
 * @param low the lower edge of the band
 * @param high the upper edge of the band
 * @param bounds a line that no placement gets below, if there is one
 * @param places the windows
 * @param least the least number of all charts beside it
 * @param greatest the greatest number of all charts beside it
 */
record BandChart(
    String subject,
    String over,
    Series line,
    Series low,
    Series high,
    List<Series> bounds,
    Buckets places,
    double least,
    double greatest)
    implements Drawing {
  private static final int HEIGHT = 140;

  @Override
  public String html(String id) {
    Axis axis = Axis.of(least, greatest, HEIGHT);
    StringBuilder band = new StringBuilder();
    for (int place = 0; place < places.count(); place++) {
      point(band, axis, place, high);
    }
    for (int place = places.count() - 1; place >= 0; place--) {
      point(band, axis, place, low);
    }
    String style = line.marker().style();
    StringBuilder drawn =
        new StringBuilder("<polygon class=\"band %s\" points=\"%s\"/>".formatted(style, band));
    bounds.forEach(bound -> drawn.append(polyline(axis, bound, bound.marker())));
    drawn.append(polyline(axis, line, line.marker()));
    Plot plot =
        new Plot(
            id,
            "%s, %s: mean and band from the 5th to the 95th percentile over %s"
                .formatted(line.name(), subject, over),
            TextReport.text(
                "The mean is from %.4g to %.4g, the 95th percentile at most %.4g. The table below has"
                    + " the numbers.",
                line.least(), line.greatest(), high.greatest()),
            HEIGHT);
    plot.with(axis.html()).ticks(places, false).stretched(drawn.toString());
    return "<h3>%s<b>%s</b> %s</h3>\n"
            .formatted(line.marker().key(), line.key(), HtmlPage.escaped(line.name()))
        + plot.html();
  }

  private String polyline(Axis axis, Series series, Marker looks) {
    StringBuilder points = new StringBuilder();
    for (int place = 0; place < places.count(); place++) {
      point(points, axis, place, series);
    }
    return "<polyline class=\"line %s\"%s points=\"%s\"/>"
        .formatted(looks.style(), looks.dash(), points);
  }

  private void point(StringBuilder points, Axis axis, int place, Series series) {
    points
        .append(Plot.number(10 * Plot.percent(place, places.count())))
        .append(',')
        .append(Plot.number(axis.y(series.values()[place])))
        .append(' ');
  }

  /** Returns the numbers of several charts as a table, a row per place. */
  static HtmlTable table(String caption, String place, Buckets places, List<BandChart> charts) {
    return LineChart.table(
        caption,
        place,
        places,
        charts.stream()
            .flatMap(
                chart ->
                    List.of(
                        named(chart, "p5", chart.low),
                        named(chart, "mean", chart.line),
                        named(chart, "p95", chart.high))
                        .stream())
            .toList(),
        "%.4f");
  }

  private static Series named(BandChart chart, String what, Series series) {
    return new Series(
        chart.line.key(), chart.line.name() + ", " + what, series.marker(), series.values());
  }
}
