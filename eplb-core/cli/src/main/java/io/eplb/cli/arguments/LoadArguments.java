package io.eplb.cli.arguments;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.elastic.Repair;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.WorkloadFiles;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.load.LoadRecording;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the measured load and the map it was measured under. */
public final class LoadArguments {
  @Option(
      names = "--load",
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Load per expert, perhaps a trace of windows: .json, .csv, .npz, .npy, .pt of SGLang, .jsonl"
              + " of vLLM, or a folder of SGLang's or TensorRT-LLM's files; - is stdin.")
  private @Nullable String load;

  @Mixin private RoutedArguments routedArguments;

  @Option(
      names = "--workload",
      paramLabel = "FILE",
      completionCandidates = FileNames.Workloads.class,
      description =
          "Load per slot as an engine reports it, with --current; .json, .npy, or a folder of"
              + " moe_load_{i}.npy; - is stdin.")
  private @Nullable String workload;

  @Option(
      names = "--current",
      paramLabel = "MAP",
      completionCandidates = FileNames.Maps.class,
      description = "The map in force (default: the engine's initial layout).")
  private @Nullable String current;

  @Mixin private WindowArguments windowArguments;

  @Option(
      names = "--window",
      paramLabel = "FIRST:LAST",
      converter = WindowRange.Converter.class,
      description = "Windows of a trace, both included, from 0 (default: all of them, summed).")
  private @Nullable WindowRange window;

  @Option(
      names = "--ema",
      paramLabel = "ALPHA",
      converter = DecimalNumber.Fraction.class,
      description =
          "Average the windows exponentially instead of summing them; above 0, at most 1.")
  private @Nullable Double alpha;

  /**
   * Returns all inputs; no output may replace one of them.
   *
   * @param config the file of settings, if there is one
   * @param speeds the file of the ranks' speeds, if there is one
   * @throws InvalidInputException if standard input is named more than once
   */
  public List<InputSource> inputs(
      InputStream standardInput, @Nullable String config, @Nullable String speeds) {
    return NamedInputs.of(standardInput, load, workload, current, config, speeds);
  }

  /**
   * Reads all inputs and checks that they belong together.
   *
   * @param engine the format of the engine that is planned for, whose initial layout holds without
   *     a map
   */
  public PlanInput read(EplbConfig config, InputStream standardInput, PlacementFormat engine) {
    if (load == null && workload == null) {
      throw new InvalidInputException(
          "--load is missing; name a file of loads (or --workload with --current)");
    }
    if (load != null && workload != null) {
      throw new InvalidInputException("--load and --workload exclude each other; give one of them");
    }
    CurrentMap map = current == null ? null : CurrentMap.read(current, config, standardInput);
    if (load != null) {
      return ofLoads(load, map, config, standardInput, engine);
    }
    if (workload == null || map == null) {
      throw new InvalidInputException(
          "--workload needs --current: the map under which it was measured");
    }
    return ofWorkload(workload, map, standardInput);
  }

  private PlanInput ofLoads(
      String name,
      @Nullable CurrentMap map,
      EplbConfig config,
      InputStream standardInput,
      PlacementFormat engine) {
    InputSource source = InputSource.of(name, standardInput);
    LoadRecording recording = inWindows(routedArguments.read(source), source);
    CurrentMap start =
        map == null
            ? CurrentMap.initial(
                engine::initial, recording.layerIds(), recording.experts(), config, standardInput)
            : map;
    start.requireShape(name, recording.layers(), recording.experts());
    start = start.named(recording.layerIds());
    WindowRange range = range(recording, name);
    double[] loads = estimate(recording, range);
    Repair repair = start.fitted(loads);
    return new PlanInput(
        start,
        map != null,
        repair,
        inOne(range, ExpertWorkload.ofExpertLoads(repair.table(), loads)),
        loads,
        recording,
        range,
        alpha != null);
  }

  private PlanInput ofWorkload(String name, CurrentMap current, InputStream standardInput) {
    ExpertTable map = current.table();
    InputSource source = InputSource.of(name, standardInput);
    ExpertWorkload measured = WorkloadFiles.read(source, map);
    LoadRecording recording = inWindows(LoadRecording.of(measured, map), source);
    WindowRange range = range(recording, name);
    double[] loads = estimate(recording, range);
    Repair repair = current.fitted(loads);
    boolean asMeasured = measured.windows() == 1 && alpha == null && repair.table().equals(map);
    return new PlanInput(
        current,
        true,
        repair,
        inOne(range, asMeasured ? measured : ExpertWorkload.ofExpertLoads(repair.table(), loads)),
        loads,
        recording,
        range,
        alpha != null);
  }

  /** Returns the window that all windows of the range are joined in, with the last one's id. */
  private static ExpertWorkload inOne(WindowRange range, ExpertWorkload joined) {
    return joined.withWindowIds(range.last());
  }

  private LoadRecording inWindows(LoadRecording steps, InputSource source) {
    return source.naming(() -> steps.inWindowsOf(windowArguments.steps()));
  }

  private WindowRange range(LoadRecording recording, String name) {
    return window == null
        ? new WindowRange(0, recording.windows() - 1)
        : window.within(recording.windows(), name);
  }

  private double[] estimate(LoadRecording recording, WindowRange range) {
    return alpha == null
        ? recording.sum(range.first(), range.last())
        : recording.exponentialMovingAverage(range.first(), range.last(), alpha);
  }
}
