package io.eplb.cli.pictures;

import java.util.List;

/** A table of figures; the first cell of a row names it, and may be a text of any length. */
final class HtmlTable {
  private final String caption;
  private final int columns;
  private final boolean endsInText;
  private final StringBuilder html = new StringBuilder();

  /**
   * Begins a table of figures.
   *
   * @param caption its subject
   * @param heads one per column
   */
  HtmlTable(String caption, List<String> heads) {
    this(caption, heads, false);
  }

  private HtmlTable(String caption, List<String> heads, boolean endsInText) {
    this.caption = caption;
    this.columns = heads.size();
    this.endsInText = endsInText;
    html.append("<thead>\n<tr>");
    for (int at = 0; at < columns; at++) {
      html.append(cell(at, "th", " scope=\"col\"", heads.get(at)));
    }
    html.append("</tr>\n</thead>\n<tbody>\n");
  }

  /** Begins a table whose last column has texts. */
  static HtmlTable endingInText(String caption, List<String> heads) {
    return new HtmlTable(caption, heads, true);
  }

  private String cell(int column, String element, String attributes, String text) {
    String style = endsInText && column == columns - 1 ? " class=\"text\"" : "";
    return "<%s%s%s>%s</%s>".formatted(element, attributes, style, HtmlPage.escaped(text), element);
  }

  String caption() {
    return caption;
  }

  /** Adds a row of texts. */
  void row(String name, List<String> cells) {
    row("", name, cells);
  }

  /**
   * Adds a row.
   *
   * @param before markup before its name
   */
  void row(String before, String name, List<String> cells) {
    html.append(
            before.isEmpty() ? "<tr><th scope=\"row\">" : "<tr><th scope=\"row\" class=\"named\">")
        .append(before)
        .append(HtmlPage.escaped(name));
    html.append("</th>");
    for (int at = 0; at < cells.size(); at++) {
      html.append(cell(at + 1, "td", "", cells.get(at)));
    }
    html.append("</tr>\n");
  }

  /** Returns the markup, in a frame of its own that scrolls on a narrow screen. */
  String html() {
    String name = HtmlPage.escaped(caption);
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\""
        + name
        + "\">\n<table>\n<caption>"
        + name
        + "</caption>\n"
        + html
        + "</tbody>\n</table>\n</div>\n";
  }
}
