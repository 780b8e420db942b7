package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.format.load.RoutedExperts;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a recording of the experts that tokens were routed to. */
public final class RoutedArguments {
  @Option(
      names = "--routed-experts",
      paramLabel = "E",
      converter = WholeNumber.Experts.class,
      description =
          "The file holds ids, tokens × layers × experts per token, as vLLM and SGLang return them;"
              + " E is the model's number of experts.")
  private @Nullable Integer experts;

  @Option(
      names = "--tokens-per-window",
      paramLabel = "N",
      converter = WholeNumber.Steps.class,
      description = "With --routed-experts: N tokens make a window (default: all of them).")
  private @Nullable Integer tokens;

  /**
   * Checks that none of these options is given.
   *
   * @param option the option that excludes them
   * @throws InvalidInputException if one is
   */
  void requireNone(String option) {
    if (experts != null || tokens != null) {
      throw new InvalidInputException(
          "%s has no meaning with %s; give one of them"
              .formatted(experts != null ? "--routed-experts" : "--tokens-per-window", option));
    }
  }

  /** Opens a recording for a walk through its windows. */
  public LoadTrace open(InputSource source) {
    if (experts == null) {
      if (tokens != null) {
        throw new InvalidInputException(
            "--tokens-per-window has no meaning without --routed-experts; give that too");
      }
      return LoadFiles.open(source);
    }
    return RoutedExperts.open(source, experts, tokens == null ? 0 : tokens);
  }

  /** Reads a recording. */
  public LoadRecording read(InputSource source) {
    if (experts == null && tokens == null) {
      return LoadFiles.read(source);
    }
    try (LoadTrace trace = open(source)) {
      return source.naming(() -> LoadRecording.of(trace));
    }
  }
}
