package io.eplb.cli.reports;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A printer of reports for people; numbers have the same form in every locale. */
public final class TextReport {
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

  /** Prints a line that begins with its name. */
  public void row(String name, String format, Object... values) {
    line("%-16s %s", name, text(format, values));
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
