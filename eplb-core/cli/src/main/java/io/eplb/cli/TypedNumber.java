package io.eplb.cli;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Numbers as people type them: ASCII digits, a point and an exponent where there may be one, and
 * none of the suffixes, hexadecimal forms and digits of other scripts that Java reads as well.
 */
final class TypedNumber {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,64}");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]{1,64}(\\.[0-9]{0,64})?|\\.[0-9]{1,64})([eE][-+]?[0-9]{1,3})?");

  private TypedNumber() {}

  /** Returns the whole number that a text is; empty if it is none, or none that a long holds. */
  static OptionalLong whole(String text) {
    String number = text.strip();
    if (!WHOLE.matcher(number).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(number));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }

  /** Returns the number that a text is, perhaps rounded or infinite; empty if it is none. */
  static OptionalDouble decimal(String text) {
    String number = text.strip();
    return DECIMAL.matcher(number).matches()
        ? OptionalDouble.of(Double.parseDouble(number))
        : OptionalDouble.empty();
  }
}
