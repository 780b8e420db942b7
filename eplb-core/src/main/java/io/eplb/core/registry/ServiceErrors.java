package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.FailureReason;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The class and the reason, in words, of an error that a service loader throws. */
final class ServiceErrors {
  private static final String SERVICE = EplbPolicy.class.getName();
  private static final Pattern ABOUT_CLASS =
      Pattern.compile(
          "(?:Provider |class |interface )?([\\w.$]+) (not found|not a subtype"
              + "|could not be instantiated|Unable to get public no-arg constructor)");
  private static final Pattern MALFORMED =
      Pattern.compile(".*/META-INF/services/[^:]+:(\\d+): (.*)");

  private ServiceErrors() {}

  /** Returns the cause in the service loader's error, or the error itself. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown instanceof ServiceConfigurationError ? thrown.getCause() : null;
    return cause == null ? thrown : cause;
  }

  /** Returns the class that a service loader failed to provide; null if its message has none. */
  static @Nullable String providerClass(Throwable thrown) {
    String message = thrown instanceof ServiceConfigurationError ? thrown.getMessage() : null;
    if (message == null) {
      return null;
    }
    Matcher matcher = ABOUT_CLASS.matcher(plain(message));
    return matcher.matches() ? matcher.group(1) : null;
  }

  /** Returns the reason in one line. */
  static String reason(Throwable thrown) {
    Throwable cause = cause(thrown);
    String message = thrown.getMessage();
    if (!(thrown instanceof ServiceConfigurationError) || message == null) {
      return FailureReason.of(cause);
    }
    String plain = plain(message);
    Matcher malformed = MALFORMED.matcher(plain);
    if (malformed.matches()) {
      return "its service file is malformed in line %s (%s); each line has to be the name of a class"
          .formatted(malformed.group(1), OneLine.brief(malformed.group(2)));
    }
    Matcher aboutClass = ABOUT_CLASS.matcher(plain);
    return switch (aboutClass.matches() ? aboutClass.group(2) : "") {
      case "not found" -> "its service file names this class, but the class is absent";
      case "not a subtype" ->
          "its service file names this class, but it is no policy: it does not implement "
              + SERVICE
              + " (or implements another copy of it)";
      case "could not be instantiated" -> notInstantiated(cause);
      case "Unable to get public no-arg constructor" ->
          "it is an interface, or has no public constructor without arguments";
      default -> OneLine.brief(plain) + (cause == thrown ? "" : ": " + FailureReason.of(cause));
    };
  }

  private static String plain(String message) {
    return message.startsWith(SERVICE + ": ") ? message.substring(SERVICE.length() + 2) : message;
  }

  private static String notInstantiated(Throwable cause) {
    if (cause instanceof InstantiationException) {
      return "the class is abstract";
    }
    return cause instanceof IllegalAccessException
        ? "the class is not public"
        : "its constructor failed: " + FailureReason.of(cause);
  }
}
