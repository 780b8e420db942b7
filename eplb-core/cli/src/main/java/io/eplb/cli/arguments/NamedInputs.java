package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The inputs of one command. */
public final class NamedInputs {
  private NamedInputs() {}

  /**
   * Returns the inputs of the given names.
   *
   * @param names as on the command line; null for an input that was not given
   * @throws InvalidInputException if two of them are the standard input, or one cannot be a path
   */
  public static List<InputSource> of(InputStream standardInput, @Nullable String... names) {
    List<InputSource> inputs =
        Stream.of(names)
            .filter(Objects::nonNull)
            .map(name -> InputSource.of(name, standardInput))
            .toList();
    if (inputs.stream().filter(input -> input.path().isEmpty()).count() > 1) {
      throw new InvalidInputException("standard input can be read only once; name a file instead");
    }
    return inputs;
  }
}
