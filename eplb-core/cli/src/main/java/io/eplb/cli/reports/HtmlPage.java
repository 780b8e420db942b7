package io.eplb.cli.reports;

import java.util.Locale;
import java.util.Map;

/** A builder of an HTML page without scripts or outside resources. */
final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light; }
      body { font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #222;
        background: #fff; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
      h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
      dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
      th, td { padding: .3rem .4rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #ddd; }
      th { font-weight: 600; } thead tr:last-child th { border-bottom: 2px solid #888; }
      th.name, td.name { text-align: left; white-space: normal; overflow-wrap: anywhere;
        min-width: 10rem; }
      td.best { font-weight: 700; background: #eaf3ea; }
      td.best::after { content: " ★"; color: #2c7a4b; }
      td:not(.best):not(.name)::after { content: " ★"; visibility: hidden; }
      tr.reference td { color: #666; font-style: italic; }
      .key { display: inline-block; width: 1.4rem; border-top: 3px solid; vertical-align: middle;
        margin-right: .5rem; }
      .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .2rem 0; padding: 0;
        list-style: none; font-size: .9rem; }
      svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: #555; }
      .grid { stroke: #e4e4e4; stroke-width: 1; }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      circle { stroke: none; }
      .note { color: #555; font-size: .9rem; }
      @media print { body { margin: 0; } }
      """;

  private final StringBuilder html = new StringBuilder(1 << 16);

  /** Begins a page. */
  HtmlPage(String title, String heading, Map<String, String> facts) {
    raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    raw("<title>" + escaped(title) + "</title>\n<style>\n" + STYLE);
    raw("</style>\n</head>\n<body>\n<h1>" + escaped(heading) + "</h1>\n<dl>\n");
    facts.forEach(
        (name, value) -> {
          String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
          raw("<dt>" + escaped(capital) + "</dt><dd>" + escaped(value) + "</dd>\n");
        });
    raw("</dl>\n");
  }

  /** Begins a section. */
  void section(String heading) {
    raw("<h2>" + escaped(heading) + "</h2>\n");
  }

  /** Adds a paragraph in small type. */
  void note(String text) {
    raw("<p class=\"note\">" + escaped(text) + "</p>\n");
  }

  /** Adds markup without escaping it. */
  void raw(String markup) {
    html.append(markup);
  }

  /** Ends the page and returns it. */
  String end() {
    raw("</body>\n</html>\n");
    return html.toString();
  }

  /** Returns the markup of a short line in the colour of a series. */
  static String key(String color) {
    return "<span class=\"key\" style=\"border-top-color:" + color + "\"></span>";
  }

  /** Returns a text escaped for an element or a quoted attribute. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
