package io.eplb.pages;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output that a page shows for a command, with the parts left open that differ from run to run:
 *
 * <ul>
 *   <li>a line {@code …} stands for any lines, or none;
 *   <li>{@code …} within a line stands for any text;
 *   <li>a number before {@code ms} or {@code s}, a time, stands for any number;
 *   <li>every number stands for any number if the paragraph above the block says that figures
 *       {@code vary}.
 * </ul>
 */
final class ExpectedOutput {
  private static final String NUMBER = "\\d[\\d,]*(?:\\.\\d+)?";
  private static final Pattern TIME = Pattern.compile("…| *" + NUMBER + "(?= m?s\\b)");
  private static final Pattern ANY_NUMBER = Pattern.compile("…| *" + NUMBER);

  private final String text;
  private final Pattern pattern;

  /**
   * Reads the output that a page shows.
   *
   * @param lines the lines of the page
   * @param figuresVary whether every number is left open
   */
  ExpectedOutput(List<String> lines, boolean figuresVary) {
    text = String.join("\n", lines).stripTrailing();
    Pattern open = figuresVary ? ANY_NUMBER : TIME;
    StringBuilder regex = new StringBuilder();
    text.lines()
        .forEach(line -> regex.append(line.strip().equals("…") ? "(?:.*\n)*?" : of(line, open)));
    pattern = Pattern.compile(regex.toString());
  }

  private static String of(String line, Pattern open) {
    StringBuilder regex = new StringBuilder();
    int end = 0;
    Matcher part = open.matcher(line);
    while (part.find()) {
      regex.append(Pattern.quote(line.substring(end, part.start()))).append(of(part));
      end = part.end();
    }
    return regex.append(Pattern.quote(line.substring(end))).append('\n').toString();
  }

  private static String of(MatchResult part) {
    return part.group().equals("…") ? ".*" : " *" + NUMBER;
  }

  /** Returns whether a command printed what the page shows. */
  boolean matches(String printed) {
    String stripped = printed.stripTrailing();
    return pattern.matcher(stripped.isEmpty() ? "" : stripped + "\n").matches();
  }

  /** Returns what the page shows. */
  String text() {
    return text;
  }
}
