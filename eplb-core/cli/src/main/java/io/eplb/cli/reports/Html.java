package io.eplb.cli.reports;

/** Writes text into HTML and SVG. */
final class Html {
  private Html() {}

  /** Escapes a text for an element or a quoted attribute. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
