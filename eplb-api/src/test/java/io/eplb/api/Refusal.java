package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** The message of the API when it refuses an argument. */
public final class Refusal {
  private Refusal() {}

  /** Asserts that a call is refused as the user's fault, in one line with every given part. */
  public static void says(Executable call, String... parts) {
    says(InvalidInputException.class, call, parts);
  }

  /** Asserts that a call is refused as the policy's fault, in one line with every given part. */
  public static void blamesThePolicy(Executable call, String... parts) {
    says(PolicyException.class, call, parts);
  }

  private static void says(Class<? extends EplbException> type, Executable call, String... parts) {
    String message = String.valueOf(assertThrows(type, call).getMessage());
    assertFalse(message.contains("\n"), () -> "more than one line: " + message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }

  /** Returns null where the compiler would not let it through: callers may lack its checks. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  public static <T> T nothing() {
    return null;
  }
}
