package io.eplb.pages;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output that a page shows for a command, with the parts left open that differ from run to run:
 *
 * <ul>
 *   <li>a line {@code …} stands for any lines, or none;
 *   <li>{@code …} within a line stands for any text;
 *   <li>a number before {@code ms} or {@code s}, a time, stands for any number;
 *   <li>where the paragraph above the block says that figures {@code vary}, every number stands for
 *       any number, and lines may be broken anywhere.
 * </ul>
 */
final class ExpectedOutput {
  private static final String OPEN = "…";
  private static final String NUMBER = "\\d[\\d,]*(?:\\.\\d+)?";
  private static final Pattern TIME = Pattern.compile(OPEN + "| *" + NUMBER + "(?= m?s\\b)");
  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final Pattern ANY_NUMBER = Pattern.compile(OPEN + "|" + NUMBER);

  private final String text;
  private final Pattern pattern;

  private ExpectedOutput(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** Returns an output whose times are left open. */
  static ExpectedOutput of(List<String> lines) {
    String text = text(lines);
    StringBuilder regex = new StringBuilder();
    text.lines()
        .map(line -> line.strip().equals(OPEN) ? "(?:.*\n)*?" : regex(line, TIME) + "\n")
        .forEach(regex::append);
    return new ExpectedOutput(text, Pattern.compile(regex + "\\s*"));
  }

  /** Returns an output whose numbers are left open, and its line breaks. */
  static ExpectedOutput ofVaryingFigures(List<String> lines) {
    String text = text(lines);
    StringBuilder regex = new StringBuilder("\\s*");
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      String word = words.group();
      regex.append(word.equals(OPEN) ? "(?s:.*)" : regex(word, ANY_NUMBER) + "(?:\\s+|$)");
    }
    return new ExpectedOutput(text, Pattern.compile(regex.toString()));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines).stripTrailing();
  }

  private static String regex(String text, Pattern open) {
    StringBuilder regex = new StringBuilder();
    int end = 0;
    Matcher part = open.matcher(text);
    while (part.find()) {
      regex
          .append(Pattern.quote(text.substring(end, part.start())))
          .append(part.group().equals(OPEN) ? ".*" : " *" + NUMBER);
      end = part.end();
    }
    return regex.append(Pattern.quote(text.substring(end))).toString();
  }

  /** Returns whether a command printed what the page shows. */
  boolean matches(String printed) {
    return pattern.matcher(printed.stripTrailing() + "\n").matches();
  }

  /** Returns what the page shows. */
  String text() {
    return text;
  }
}
