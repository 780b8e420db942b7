package io.eplb.cli.arguments;

import io.eplb.cli.demonstration.ExampleRecording;
import io.eplb.core.format.InputSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for what an engine of ours serves, and how fast. */
public final class ServingArguments {
  @Option(
      names = {"--trace", "--load"},
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Loads to serve, perhaps a trace of windows: .json, .csv, .npy or .npz; - is stdin"
              + " (default: the example that ships, on 32 ranks with 32 redundant experts).")
  private @Nullable String trace;

  @Option(
      names = "--step-millis",
      paramLabel = "N",
      defaultValue = "20",
      converter = WholeNumber.StepMillis.class,
      description = "What a step takes at least, in milliseconds (default: ${DEFAULT-VALUE}).")
  private int stepMillis;

  /** Returns whether no recording is given, so that the one that ships is served. */
  public boolean isExample() {
    return trace == null;
  }

  /** Returns whether the recording is standard input, which one process alone can read. */
  public boolean isStandardInput() {
    return "-".equals(trace);
  }

  /** Returns the recording that is given, or the one that ships. */
  public InputSource recording() {
    return ExampleRecording.source(trace);
  }

  /** Returns the least time of a step. */
  public Duration stepTime() {
    return Duration.ofMillis(stepMillis);
  }
}
