package io.eplb.core.format;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Turns foreign text into what fits on one line of an error message. */
public final class OneLine {
  private static final int LONGEST_QUOTE = 40;

  private OneLine() {}

  /** Returns the text with every control character replaced by a question mark. */
  public static String of(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
    }
    return line.toString();
  }

  /** Returns the text in quotation marks, on one line, cut after {@value #LONGEST_QUOTE}. */
  public static String quote(String text) {
    return text.length() <= LONGEST_QUOTE
        ? "\"" + of(text) + "\""
        : "\"" + of(text.substring(0, LONGEST_QUOTE)) + "…\"";
  }

  /** Returns why a file operation failed, in the words of the operating system. */
  static String reason(IOException exception) {
    if (exception instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (exception instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason =
        exception instanceof FileSystemException fileSystem
            ? fileSystem.getReason()
            : exception.getMessage();
    return reason == null || reason.isBlank() ? "input/output error" : of(reason);
  }
}
