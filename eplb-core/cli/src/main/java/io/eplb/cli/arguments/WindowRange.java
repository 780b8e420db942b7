package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Some consecutive windows of a trace.
 *
 * @param first the first window, from 0
 * @param last the last window, included
 */
public record WindowRange(int first, int last) {
  /** Returns the number of windows, 1 or more. */
  public int windows() {
    return last - first + 1;
  }

  /** Checks that a trace has these windows. */
  WindowRange within(int windows, String trace) {
    if (last >= windows) {
      throw new InvalidInputException(
          "--window %d:%d does not exist in %s; its windows are 0 to %d"
              .formatted(first, last, trace, windows - 1));
    }
    return this;
  }

  /** Reads {@code FIRST:LAST}, or one number for a single window. */
  static final class Converter implements ITypeConverter<WindowRange> {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,7})(?::(\\d{1,7}))?");

    @Override
    public WindowRange convert(String text) {
      Matcher matcher = RANGE.matcher(text.strip());
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'%s' is not a range of windows such as 0:3 (the first and the last, from 0)"
                .formatted(text));
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first > last) {
        throw new TypeConversionException(
            "'" + text + "' ends before it begins; the first window comes first");
      }
      return new WindowRange(first, last);
    }
  }
}
