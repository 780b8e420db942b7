package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;

/**
 * The frame of a drawing in SVG: as wide as its place, with a fixed height. Horizontal places are
 * per cent of the width, vertical ones pixels. Ticks stand left of it and below it, outside of its
 * box, where the style sheet leaves room.
 */
final class Plot {
  private static final int MOST_TICKS = 8;

  private final int height;
  private final StringBuilder svg = new StringBuilder();

  /**
   * Begins a drawing.
   *
   * @param id a name that nothing else on the page has
   * @param title its subject
   * @param description what it shows, for those who cannot see it
   */
  Plot(String id, String title, String description, int height) {
    this.height = height;
    svg.append(
        """
        <svg class="plot" width="100%%" height="%d" role="img" aria-labelledby="%s-title %s-desc">
        <title id="%s-title">%s</title><desc id="%s-desc">%s</desc>
        """
            .formatted(
                height, id, id, id, HtmlPage.escaped(title), id, HtmlPage.escaped(description)));
  }

  /** Adds markup. */
  Plot with(String markup) {
    svg.append(markup);
    return this;
  }

  /** Begins a group whose horizontal places are numbers up to 1000, stretched to the width. */
  Plot stretched(String markup) {
    return with(
        """
        <svg viewBox="0 0 1000 %d" width="100%%" height="%d" preserveAspectRatio="none">%s</svg>
        """
            .formatted(height, height, markup));
  }

  /** Adds names below some of the places that lie side by side. */
  Plot ticks(Buckets places, boolean centred) {
    int count = places.count();
    int stride = Math.max(1, (int) Axis.round(count / (double) MOST_TICKS));
    for (int place = 0; place < count; place += stride) {
      with(
          "<text class=\"tick\" x=\"%s%%\" y=\"%d\" text-anchor=\"middle\">%d</text>\n"
              .formatted(
                  number(centred ? 100.0 * (place + 0.5) / count : percent(place, count)),
                  height + 17,
                  places.number(place)));
    }
    return this;
  }

  /** Adds a name below the ticks. */
  Plot below(String name) {
    return with(
        "<text class=\"tick\" x=\"50%%\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
            .formatted(height + 35, HtmlPage.escaped(name)));
  }

  String html() {
    return svg + "</svg>\n";
  }

  /** Returns the horizontal place of a point of a line, in per cent. */
  static double percent(int place, int count) {
    return count == 1 ? 50.0 : 100.0 * place / (count - 1);
  }

  /** Returns a place with one digit behind the point at most. */
  static String number(double value) {
    String text = TextReport.text("%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
