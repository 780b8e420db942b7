package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A chart of lines over places in a row, such as windows or layers.
 *
 * @param title the vertical axis in words
 * @param below the places in words
 * @param places the places, with as many values in each line as there are buckets
 * @param lines at least one
 * @param floor the greatest number that the vertical axis may start at; infinite if any will do
 */
record LineChart(String title, String below, Buckets places, List<Series> lines, double floor)
    implements Drawing {
  private static final int HEIGHT = 280;
  private static final int LABEL = 15;
  private static final int MARKERS = 12;
  private static final int LONGEST_NAME = 18;

  /** Returns the markup of the names of the lines, each with a piece of it. */
  static String legend(List<Series> lines) {
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">\n");
    for (Series line : lines) {
      legend
          .append("<li>")
          .append(line.marker().key())
          .append(line.lettered() ? "<b>" + line.key() + "</b> " : "")
          .append(HtmlPage.escaped(line.name()))
          .append("</li>\n");
    }
    return legend.append("</ul>\n").toString();
  }

  @Override
  public String html(String id) {
    double least = lines.stream().mapToDouble(Series::least).min().orElse(0.0);
    double greatest = lines.stream().mapToDouble(Series::greatest).max().orElse(0.0);
    Axis axis = Axis.of(Math.min(floor, least), greatest, HEIGHT);
    Plot plot = new Plot(id, title, description(), HEIGHT).with(axis.html()).ticks(places, false);
    plot.below(below);
    StringBuilder drawn = new StringBuilder();
    for (Series line : lines) {
      drawn.append(
          "<polyline class=\"line %s\"%s points=\""
              .formatted(line.marker().style(), line.marker().dash()));
      for (int place = 0; place < places.count(); place++) {
        drawn
            .append(Plot.number(10 * Plot.percent(place, places.count())))
            .append(',')
            .append(Plot.number(axis.y(line.values()[place])))
            .append(' ');
      }
      drawn.append("\"/>");
    }
    plot.stretched(drawn.toString());
    for (int at = 0; at < lines.size(); at++) {
      markers(plot, axis, at);
    }
    labels(plot, axis);
    return "<div class=\"labelled\">\n<p class=\"axis\">%s</p>\n%s</div>\n"
        .formatted(HtmlPage.escaped(title), plot.html());
  }

  private String description() {
    StringBuilder text = new StringBuilder();
    for (Series line : lines) {
      text.append(
          TextReport.text(
              "%s from %.4g to %.4g; at the end %.4g. ",
              line.name(), line.least(), line.greatest(), last(line)));
    }
    return text.append("The table below has the numbers.").toString();
  }

  /** Adds some markers to a line, away from those of the other lines. */
  private void markers(Plot plot, Axis axis, int at) {
    Series line = lines.get(at);
    int count = places.count();
    int stride = Math.max(1, (count + MARKERS - 1) / MARKERS);
    plot.with("<g class=\"" + line.marker().style() + "\">");
    for (int place = stride * at / lines.size(); place < count; place += stride) {
      plot.with(
          line.marker()
              .at(
                  Plot.number(Plot.percent(place, count)) + "%",
                  Plot.number(axis.y(line.values()[place]))));
    }
    plot.with("</g>\n");
  }

  /** Adds the names at the ends of the lines, moved apart where they would touch. */
  private void labels(Plot plot, Axis axis) {
    List<Series> sorted = new ArrayList<>(lines);
    sorted.sort(Comparator.comparingDouble(line -> -last(line)));
    double apart = Math.min(LABEL, (HEIGHT + LABEL) / (double) sorted.size());
    double[] places = new double[sorted.size()];
    for (int at = 0; at < places.length; at++) {
      double wanted = axis.y(last(sorted.get(at)));
      places[at] = at == 0 ? wanted : Math.max(wanted, places[at - 1] + apart);
    }
    double bottom = HEIGHT + LABEL / 2.0;
    for (int at = places.length - 1; at >= 0 && places[at] > bottom; at--) {
      places[at] = bottom;
      bottom -= apart;
    }
    plot.with("<svg x=\"100%\" width=\"1\" height=\"1\" class=\"ends\">");
    for (int at = 0; at < places.length; at++) {
      Series line = sorted.get(at);
      plot.with(
          "<g class=\"%s\"><path d=\"M4 %sL12 %s\"/>"
              .formatted(
                  line.marker().style(), Plot.number(axis.y(last(line))), Plot.number(places[at])));
      plot.with(
          "<text x=\"15\" y=\"%s\" dy=\".35em\">%s</text></g>\n"
              .formatted(Plot.number(places[at]), label(line)));
    }
    plot.with("</svg>\n");
  }

  private static String label(Series line) {
    String name =
        line.name().length() <= LONGEST_NAME
            ? line.name()
            : line.name().substring(0, LONGEST_NAME - 1) + "…";
    return line.lettered()
        ? line.key() + "<tspan class=\"wide\"> " + HtmlPage.escaped(name) + "</tspan>"
        : "<tspan class=\"wide\">%s</tspan><tspan class=\"narrow\">%s</tspan>"
            .formatted(HtmlPage.escaped(name), line.key());
  }

  private static double last(Series line) {
    return line.values()[line.values().length - 1];
  }

  /** Returns the numbers of lines as a table, a row per place. */
  static HtmlTable table(
      String caption, String place, Buckets places, List<Series> lines, String format) {
    List<String> heads = new ArrayList<>(List.of(place));
    lines.forEach(line -> heads.add(line.name()));
    HtmlTable table = new HtmlTable(caption, heads);
    for (int at = 0; at < places.count(); at++) {
      int row = at;
      table.row(
          places.name(at),
          lines.stream().map(line -> TextReport.text(format, line.values()[row])).toList());
    }
    return table;
  }
}
