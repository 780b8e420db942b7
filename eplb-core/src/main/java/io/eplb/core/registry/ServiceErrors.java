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

  private static final char BYTE_ORDER_MARK = '\uFEFF';

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
    return matcher.matches() ? OneLine.brief(matcher.group(1)) : null;
  }

  /** Returns the reason in one line. */
  static String reason(Throwable thrown) {
    Throwable cause = cause(thrown);
    String message = thrown.getMessage();
    if (cause instanceof SecurityException broken && isAboutSignature(broken)) {
      return "its signature is broken, so it was changed after it was signed: "
          + FailureReason.words(cause);
    }
    if (!(thrown instanceof ServiceConfigurationError) || message == null) {
      return FailureReason.of(cause);
    }
    String plain = plain(message);
    if (plain.indexOf(BYTE_ORDER_MARK) >= 0) {
      return "its service file begins with a byte order mark; save it as UTF-8 without one";
    }
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

  /** The JDK has no class for this. */
  private static boolean isAboutSignature(SecurityException thrown) {
    String message = String.valueOf(thrown.getMessage());
    return message.contains("digest error") || message.contains("signature");
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
