package io.eplb.core.foreign;

import io.eplb.api.wording.OneLine;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reason why foreign code failed: one line in words, without the name of an exception's class.
 * An exception that only wraps another one is told as the other one. An exception whose own methods
 * fail is told as one without a reason.
 */
public final class FailureReason {
  private static final int MOST_WRAPPINGS = 8;

  private FailureReason() {}

  /** Returns the reason and the line of code, at most some hundred characters. */
  public static String of(Throwable thrown) {
    Throwable told = unwrapped(thrown);
    // Code that cannot be linked has not run: the innermost line would be the class loader's.
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
    if (thrown instanceof CompletionException || thrown instanceof ExecutionException) {
      return true;
    }
    String message = asked(thrown::getMessage).orElse("");
    // An exception made of a cause alone has the cause's text as its message.
    return message.isBlank() || asked(() -> message.equals(cause.toString())).orElse(true);
  }

  private static @Nullable String message(Throwable thrown) {
    return asked(thrown::getMessage)
        .filter(text -> !text.isBlank())
        .map(OneLine::brief)
        .orElse(null);
  }

  static @Nullable Throwable cause(Throwable thrown) {
    return asked(thrown::getCause).orElse(null);
  }

  static StackTraceElement[] stackTrace(Throwable thrown) {
    return asked(() -> thrown.getStackTrace().clone()).orElseGet(() -> new StackTraceElement[0]);
  }

  /** Calls a method of an exception; empty if it returns null or fails in its turn. */
  private static <T> Optional<T> asked(Supplier<T> method) {
    try {
      return Optional.ofNullable(method.get());
    } catch (Throwable broken) {
      return Optional.empty();
    }
  }

  /** Returns the place in foreign code: the innermost line that is not the JDK's. */
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
