package io.eplb.cli.pictures;

import io.eplb.api.InternalException;
import io.eplb.api.wording.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A builder of an HTML page without scripts or outside resources. */
final class HtmlPage {
  private static final String STYLE = style();

  private final StringBuilder html = new StringBuilder(1 << 16);
  private int ids;

  /**
   * Begins a page.
   *
   * @param title its subject
   * @param lead the result in a sentence or two
   */
  HtmlPage(String title, String lead) {
    raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    raw("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    raw("<title>" + escaped(title) + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n");
    raw(Marker.definitions());
    raw("<main>\n<h1>" + escaped(title) + "</h1>\n<p class=\"lead\">" + escaped(lead) + "</p>\n");
  }

  /** Adds the most important figures, each with its name. */
  void tiles(Map<String, String> figures) {
    raw("<dl class=\"tiles\">\n");
    figures.forEach(
        (name, value) ->
            raw("<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>\n"));
    raw("</dl>\n");
  }

  /** Adds facts, each with its name. */
  void facts(Map<String, String> facts) {
    raw("<dl class=\"facts\">\n");
    facts.forEach(
        (name, value) -> raw("<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n"));
    raw("</dl>\n");
  }

  /** Begins a section. */
  void section(String heading) {
    raw("<h2>" + escaped(heading) + "</h2>\n");
  }

  /** Adds a paragraph. */
  void paragraph(String text) {
    raw("<p>" + escaped(text) + "</p>\n");
  }

  /** Adds a table that is always open. */
  void table(HtmlTable table) {
    raw(table.html());
  }

  /**
   * Adds drawings beside each other where the screen is wide enough, with one table behind them.
   */
  void figure(String caption, String above, List<? extends Drawing> drawings, HtmlTable table) {
    raw("<figure>\n<figcaption>" + escaped(caption) + "</figcaption>\n" + above);
    raw("<div class=\"drawings drawings-" + Math.min(drawings.size(), 3) + "\">\n");
    for (Drawing drawing : drawings) {
      ids++;
      raw("<div class=\"drawing\">\n" + drawing.html("figure-" + ids) + "</div>\n");
    }
    raw("</div>\n<details>\n<summary>Numbers: " + escaped(table.caption()) + "</summary>\n");
    raw(table.html());
    raw("</details>\n</figure>\n");
  }

  private void raw(String markup) {
    html.append(markup);
  }

  /** Ends the page with what was run, and writes it in UTF-8. */
  void end(RunRecord run, OutputStream output) throws IOException {
    section("How this was made");
    facts(run.facts());
    table(run.inputTable());
    raw("</main>\n</body>\n</html>\n");
    output.write(html.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a text that was not written for this page, on one line and escaped for an element or a
   * quoted attribute.
   */
  static String escaped(String text) {
    return OneLine.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String style() {
    try (InputStream style = HtmlPage.class.getResourceAsStream("page.css")) {
      if (style == null) {
        throw new InternalException("the program has no page.css");
      }
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new InternalException("page.css cannot be read", broken);
    }
  }
}
