package io.eplb.api.wording;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Numbers as people type them: ASCII digits, a sign, a point and an exponent where there may be
 * one, and none of the suffixes, hexadecimal forms and digits of other scripts that Java reads as
 * well. So {@code +2}, {@code .25}, {@code 5.} and {@code 1e-3} are numbers; {@code 0.5f}, {@code
 * 1_0} and {@code NaN} are not. What a number means never depends on the locale.
 */
public final class TypedNumber {
  /** A longer text is no number that anybody typed. */
  private static final int LONGEST = 1_000;

  /** The most digits of an exponent; more would make an exact number of gigabytes. */
  private static final int EXPONENT_DIGITS = 3;

  private TypedNumber() {}

  /** Returns whether a text is a whole number, of whatever size: {@code [+-]digits}. */
  public static boolean isWhole(String text) {
    int from = afterSign(text, 0);
    int digits = digits(text, from);
    return digits > 0 && from + digits == text.length() && text.length() <= LONGEST;
  }

  /** Returns whether a text is a number: {@code [+-]digits[.digits][e[+-]digits]}. */
  public static boolean isDecimal(String text) {
    int at = afterSign(text, 0);
    int whole = digits(text, at);
    at += whole;
    int fraction = 0;
    if (at < text.length() && text.charAt(at) == '.') {
      fraction = digits(text, at + 1);
      at += 1 + fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at = afterSign(text, at + 1);
      int exponent = digits(text, at);
      if (exponent == 0 || exponent > EXPONENT_DIGITS) {
        return false;
      }
      at += exponent;
    }
    return at == text.length() && at <= LONGEST;
  }

  /**
   * Returns the whole number that a text is, white space around it aside; empty if it is none, or
   * none that a long holds.
   */
  public static OptionalLong whole(String text) {
    String number = text.strip();
    if (!isWhole(number)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(number));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }

  /**
   * Returns the number from 0 on that a text is, in digits alone and without leading zeros; empty
   * if it is none, or more than {@code most}.
   */
  public static OptionalLong index(String text, long most) {
    boolean plain =
        digits(text, 0) == text.length() && (text.length() == 1 || !text.startsWith("0"));
    return whole(plain ? text : "").stream().filter(number -> number <= most).findFirst();
  }

  /**
   * Returns the number that a text is, white space around it aside, perhaps rounded or infinite;
   * empty if it is none.
   */
  public static OptionalDouble decimal(String text) {
    String number = text.strip();
    return isDecimal(number)
        ? OptionalDouble.of(Double.parseDouble(number))
        : OptionalDouble.empty();
  }

  private static int afterSign(String text, int at) {
    return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }
}
