package io.eplb.core.contract;

import org.jspecify.annotations.Nullable;

/**
 * Says in one line why foreign code failed, in words rather than by an exception's class name.
 * Never fails itself, whatever the exception's own methods do.
 */
public final class FailureReason {
  private static final int LONGEST = 400;

  private FailureReason() {}

  /** Returns the reason, at most some hundred characters without line breaks. */
  public static String of(Throwable thrown) {
    String place = place(thrown);
    String message = message(thrown);
    if (thrown instanceof StackOverflowError) {
      return "it recursed too deeply" + place;
    } else if (thrown instanceof OutOfMemoryError) {
      return "it ran out of memory" + (message == null ? "" : ": " + message) + place;
    } else if (thrown instanceof UnsupportedClassVersionError) {
      return "it was compiled for a newer Java: " + message;
    } else if (thrown instanceof ExceptionInInitializerError failed) {
      Throwable cause = failed.getException();
      return "a class of it could not be initialised" + (cause == null ? place : ": " + of(cause));
    } else if (thrown instanceof NoClassDefFoundError && message != null) {
      return message.startsWith("Could not initialize")
          ? "a class of it could not be initialised before: " + lastWord(message)
          : "the class " + lastWord(message) + " that it needs is missing";
    } else if (thrown instanceof NoSuchMethodError || thrown instanceof AbstractMethodError) {
      return "it was built against another version of a class: " + message;
    } else if (thrown instanceof LinkageError) {
      return "its classes cannot be linked" + (message == null ? "" : ": " + message);
    } else if (thrown instanceof ThreadDeath) {
      return "it stopped its thread" + place;
    } else if (message == null) {
      return "it gave no reason" + place;
    }
    return message + place;
  }

  /** Makes one printable line of a text, cut where it gets too long. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST));
    for (int at = 0; at < text.length(); at++) {
      if (line.length() == LONGEST) {
        return line.append('…').toString();
      }
      char letter = text.charAt(at);
      boolean blank = Character.isWhitespace(letter) || Character.isISOControl(letter);
      if (!blank) {
        line.append(letter);
      } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
        line.append(' ');
      }
    }
    return line.toString().strip();
  }

  private static @Nullable String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null || message.isBlank() ? null : oneLine(message);
    } catch (Throwable broken) {
      // The exception's own code is as foreign as what threw it.
      return null;
    }
  }

  /** Says where in foreign code it was: the innermost line that is not the JDK's. */
  private static String place(Throwable thrown) {
    try {
      for (StackTraceElement line : thrown.getStackTrace()) {
        String module = line.getModuleName();
        if (module == null || !(module.startsWith("java.") || module.startsWith("jdk."))) {
          return " (at " + oneLine(line.getFileName() + ":" + line.getLineNumber()) + ")";
        }
      }
      return "";
    } catch (Throwable broken) {
      return "";
    }
  }

  private static String lastWord(String message) {
    return message.substring(message.lastIndexOf(' ') + 1).replace('/', '.');
  }
}
