package io.eplb.cli.demonstration;

import io.eplb.api.InternalException;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The recording that a demonstration serves unless another is given. */
public final class ExampleRecording {
  private static final String NAME = "glm52-mixed.npy";

  private ExampleRecording() {}

  /** Returns the name of a recording. */
  public static String name(@Nullable String given) {
    return given == null ? NAME : given;
  }

  /**
   * Returns a recording.
   *
   * @param given the file as given; null for the one that ships
   */
  public static InputSource source(@Nullable String given) {
    if (given != null) {
      return InputSource.of(given, System.in);
    }
    try (InputStream example = ExampleRecording.class.getResourceAsStream(NAME)) {
      if (example == null) {
        throw new InternalException("the example " + NAME + " is missing from the program");
      }
      return InputSource.of(NAME, example.readAllBytes());
    } catch (IOException unreadable) {
      throw new InternalException("the example " + NAME + " cannot be read", unreadable);
    }
  }
}
