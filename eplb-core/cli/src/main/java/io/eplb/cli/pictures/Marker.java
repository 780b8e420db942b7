package io.eplb.cli.pictures;

/**
 * The looks of a line: a colour, a dash pattern and a marker, so that it is told from others
 * without its colour. The first 56 are different even without colour.
 *
 * @param index the number of the line, from 0
 */
record Marker(int index) {
  private static final String[] SHAPES = {
    "<circle r=\"4\"/>",
    "<path d=\"M-3.6-3.6h7.2v7.2h-7.2z\"/>",
    "<path d=\"M0-5 4.7 3.6H-4.7z\"/>",
    "<path d=\"M0-5.2 4.6 0 0 5.2-4.6 0z\"/>",
    "<path d=\"M-4-4 4 4M4-4-4 4\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.4\"/>",
    "<path d=\"M0 5 4.7-3.6H-4.7z\"/>",
    "<path d=\"M0-5V5M-5 0H5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.4\"/>",
  };
  private static final String[] DASHES = {
    "", "9 4", "3 3", "12 4 3 4", "6 6", "16 4", "9 3 3 3 3 3", "2 5"
  };
  private static final int COLORS = 8;

  /** The looks of a bound, and of what was before. */
  static final Marker MUTED = new Marker(-1);

  /** Returns the shapes of all markers, to be put into a page once. */
  static String definitions() {
    StringBuilder shapes = new StringBuilder();
    shapes.append("<svg width=\"0\" height=\"0\" class=\"shapes\" aria-hidden=\"true\"><defs>\n");
    for (int at = 0; at < SHAPES.length; at++) {
      shapes.append("<g id=\"marker-%d\">%s</g>\n".formatted(at, SHAPES[at]));
    }
    return shapes.append("</defs></svg>\n").toString();
  }

  /** Returns the class that has its colour. */
  String style() {
    return index < 0 ? "muted" : "line-" + index % COLORS;
  }

  /** Returns the attribute for its dash pattern, with a blank before. */
  String dash() {
    String dashes = index < 0 ? "4 4" : DASHES[index % DASHES.length];
    return dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"";
  }

  /** Returns the markup of its shape at a place; the empty text if it has none. */
  String at(String x, String y) {
    return index < 0
        ? ""
        : "<use href=\"#marker-%d\" x=\"%s\" y=\"%s\"/>".formatted(index % SHAPES.length, x, y);
  }

  /** Returns the markup of a short piece of its line. */
  String key() {
    return ("<svg class=\"key %s\" width=\"40\" height=\"14\" aria-hidden=\"true\">"
            + "<path class=\"line\" d=\"M0 7H40\"%s/>%s</svg>")
        .formatted(style(), dash(), at("20", "7"));
  }
}
