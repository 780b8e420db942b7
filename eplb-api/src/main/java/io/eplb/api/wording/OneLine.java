package io.eplb.api.wording;

import java.util.regex.Pattern;

/**
 * A text that was not written for the message it stands in, on one printable line. Example: the
 * message {@code "first\n second"} of an exception becomes {@code first second}.
 */
public final class OneLine {
  private static final int LONGEST = 400;
  private static final int LONGEST_QUOTE = 40;
  private static final Pattern SPACE = Pattern.compile("[\\s\\u0085\\p{Zl}\\p{Zp}]+");
  private static final Pattern BLANKS = Pattern.compile(" *");
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private OneLine() {}

  /**
   * Returns the whole text. White space with a line break or a tab in it becomes one blank, every
   * other character that cannot be seen a question mark.
   */
  public static String of(String text) {
    return printable(
        SPACE
            .matcher(text)
            .replaceAll(space -> BLANKS.matcher(space.group()).matches() ? space.group() : " "));
  }

  /** Returns the text as {@link #of} does, cut after {@value #LONGEST} characters. */
  public static String brief(String text) {
    return of(cut(text.strip(), LONGEST));
  }

  /**
   * Returns the text in quotation marks, cut after {@value #LONGEST_QUOTE} characters. Every
   * character that cannot be seen becomes a question mark, so that it is not taken for a blank.
   */
  public static String quote(String text) {
    return '"' + printable(cut(text, LONGEST_QUOTE)) + '"';
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }

  private static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }
}
