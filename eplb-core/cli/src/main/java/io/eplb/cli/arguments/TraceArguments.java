package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.WorkloadFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the windows that a simulation replays. */
public final class TraceArguments {
  @Option(
      names = "--trace",
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Loads of at least two windows: .json, .npz, .npy, .pt of SGLang, .jsonl of vLLM, or a"
              + " folder of SGLang's or TensorRT-LLM's files; - is stdin.")
  private @Nullable String trace;

  @Mixin private RoutedArguments routedArguments;

  @Option(
      names = "--workload",
      paramLabel = "FILE",
      completionCandidates = FileNames.Workloads.class,
      description =
          "In place of --trace: loads per slot as an engine reports them, with --current; .json,"
              + " .npy, or a folder of moe_load_{i}.npy; - is stdin.")
  private @Nullable String workload;

  /**
   * Returns the name of the file.
   *
   * @throws InvalidInputException unless exactly one is given
   */
  public String name() {
    if (trace != null && workload != null) {
      throw new InvalidInputException(
          "--trace and --workload exclude each other; give one of them");
    }
    String name = trace != null ? trace : workload;
    if (name == null) {
      throw new InvalidInputException(
          "--trace is missing; name a file of at least two windows (or --workload with --current)");
    }
    return name;
  }

  /**
   * Opens the file for a walk through its windows.
   *
   * @param current the map under which slots were counted, or null if none is given
   */
  public LoadTrace open(InputStream standardInput, @Nullable CurrentMap current) {
    InputSource source = InputSource.of(name(), standardInput);
    if (workload == null) {
      return routedArguments.open(source);
    }
    routedArguments.requireNone("--workload");
    if (current == null) {
      throw new InvalidInputException(
          "--workload needs --current: the map under which it was measured");
    }
    return LoadTrace.of(
        LoadRecording.of(WorkloadFiles.read(source, current.table()), current.table()));
  }
}
