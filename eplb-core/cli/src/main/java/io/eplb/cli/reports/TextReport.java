package io.eplb.cli.reports;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A printer of reports for people; numbers have the same form in every locale. */
public final class TextReport {
  /** The width of a report; only words, such as the names of files, may be longer. */
  private static final int WIDTH = 80;

  private static final int NAME_WIDTH = 16;

  private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB", "PB");

  private final PrintWriter out;

  /** Creates a printer. */
  public TextReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints a line, in the syntax of {@link String#format}. */
  public void line(String format, Object... values) {
    out.println(text(format, values).stripTrailing());
  }

  /** Prints a value behind its name, over as many lines as it takes. */
  public void row(String name, String format, Object... values) {
    wrapped(NAME_WIDTH + 1, text("%-" + NAME_WIDTH + "s %s", name, text(format, values)));
  }

  /**
   * Prints a text over as many lines as it takes.
   *
   * @param indent the blanks before every line but the first
   */
  public void wrapped(int indent, String text) {
    String rest = text.stripTrailing();
    while (rest.length() > WIDTH) {
      int end = lineEnd(rest, indent);
      if (end < 0) {
        break;
      }
      out.println(rest.substring(0, end).stripTrailing());
      rest = " ".repeat(indent) + rest.substring(end).strip();
    }
    out.println(rest);
  }

  /** Returns the blank to break a long text at; below 0 if there is none. */
  private static int lineEnd(String text, int indent) {
    int last = text.lastIndexOf(' ', WIDTH);
    for (int blank = last; blank > indent; blank = text.lastIndexOf(' ', blank - 1)) {
      if (!holdsTogether(text, blank)) {
        return blank;
      }
    }
    return last > indent ? last : text.indexOf(' ', WIDTH);
  }

  /**
   * Returns whether a blank follows a number, or stands in a shape such as {@code 32 ranks × 9}.
   */
  private static boolean holdsTogether(String text, int blank) {
    char before = text.charAt(blank - 1);
    return Character.isDigit(before) || before == '×' || text.startsWith("×", blank + 1);
  }

  /** Prints the name of the written map, or that none was written. */
  public void written(Optional<String> output) {
    output.ifPresentOrElse(
        name -> row("written to", "%s", name), () -> line("not written: no --output"));
  }

  /** Prints an empty line. */
  public void blank() {
    out.println();
  }

  /** Flushes the output, so that the lines so far appear. */
  public void flush() {
    out.flush();
  }

  /** Returns a text in the syntax of {@link String#format}. */
  public static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Returns a size for people, such as {@code 1.5 MB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 999.95 && unit < UNITS.size() - 1) {
      value /= 1000.0;
      unit++;
    }
    return text("%.1f %s", value, UNITS.get(unit));
  }
}
