package io.eplb.core.foreign;

import io.eplb.api.wording.OneLine;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The reason why foreign code failed: one line in words, without the name of an exception's class.
 * An exception that only wraps another one is told as the other one.
 *
 * <p>Never fails, whatever the exception's own methods do.
 */
public final class FailureReason {
  private static final int MOST_WRAPPINGS = 8;

  private FailureReason() {}

  /** Returns the reason and the line of code, at most some hundred characters. */
  public static String of(Throwable thrown) {
    Throwable told = unwrapped(thrown);
    // What cannot be linked has not run: the innermost line would be the class loader's.
    return words(told) + (told instanceof LinkageError ? "" : place(told));
  }

  /** Returns the reason without the line of code. */
  public static String words(Throwable thrown) {
    Throwable told = unwrapped(thrown);
    String message = message(told);
    if (told instanceof StackOverflowError) {
      return "it recursed too deeply";
    } else if (told instanceof OutOfMemoryError) {
      return "it ran out of memory" + (message == null ? "" : ": " + message);
    } else if (told instanceof UnsupportedClassVersionError) {
      return "it was compiled for a newer Java: " + message;
    } else if (told instanceof ExceptionInInitializerError failed) {
      Throwable cause = failed.getException();
      return "a class of it could not be initialised"
          + (cause == null ? place(told) : ": " + of(cause));
    } else if (told instanceof NoClassDefFoundError && message != null) {
      return message.startsWith("Could not initialize")
          ? "a class of it could not be initialised before: " + lastWord(message)
          : "the class " + lastWord(message) + " that it needs is missing";
    } else if (told instanceof NoSuchMethodError || told instanceof AbstractMethodError) {
      return "it was built against another version of a class: " + message;
    } else if (told instanceof LinkageError) {
      return "its classes cannot be linked" + (message == null ? "" : ": " + message);
    } else if (told instanceof ThreadDeath) {
      return "it stopped its thread";
    }
    return message == null ? "it gave no reason" : message;
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable told = thrown;
    for (int depth = 0; depth < MOST_WRAPPINGS; depth++) {
      Throwable cause = cause(told);
      if (cause == null || !addsNothing(told, cause)) {
        return told;
      }
      told = cause;
    }
    return told;
  }

  private static boolean addsNothing(Throwable thrown, Throwable cause) {
    if (thrown instanceof LinkageError || thrown instanceof VirtualMachineError) {
      return false;
    }
    try {
      String message = thrown.getMessage();
      return thrown instanceof CompletionException
          || thrown instanceof ExecutionException
          || message == null
          || message.isBlank()
          // What an exception made of a cause alone says.
          || message.equals(cause.toString());
    } catch (Throwable broken) {
      // The exception's own code is as foreign as what threw it.
      return true;
    }
  }

  private static @Nullable String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null || message.isBlank() ? null : OneLine.brief(message);
    } catch (Throwable broken) {
      return null;
    }
  }

  static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable broken) {
      return null;
    }
  }

  static StackTraceElement[] stackTrace(Throwable thrown) {
    try {
      return thrown.getStackTrace().clone();
    } catch (Throwable broken) {
      return new StackTraceElement[0];
    }
  }

  /** Returns where in foreign code it was: the innermost line that is not the JDK's. */
  private static String place(Throwable thrown) {
    for (StackTraceElement line : stackTrace(thrown)) {
      String module = line.getModuleName();
      if (module == null || !(module.startsWith("java.") || module.startsWith("jdk."))) {
        return " (at " + OneLine.brief(line.getFileName() + ":" + line.getLineNumber()) + ")";
      }
    }
    return "";
  }

  private static String lastWord(String message) {
    return message.substring(message.lastIndexOf(' ') + 1).replace('/', '.');
  }
}
