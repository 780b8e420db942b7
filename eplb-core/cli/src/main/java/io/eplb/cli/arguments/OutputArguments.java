package io.eplb.cli.arguments;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.load.LayerIds;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the file and the format of a map. Without a file nothing is written. */
public final class OutputArguments {
  private static final String DEFAULT_FORMAT = "vllm-ascend";

  @Option(
      names = "--output",
      paramLabel = "FILE",
      completionCandidates = FileNames.Maps.class,
      description =
          "Where the map goes (default: nowhere, the report is all); never over an existing file"
              + " without --force; - is stdout.")
  private @Nullable String output;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: " + DEFAULT_FORMAT + ").")
  private @Nullable String format;

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      converter = WholeNumber.MoeLayer.class,
      description = "The model's own id of the first MoE layer, for trtllm (default: 0).")
  private @Nullable Integer firstMoeLayer;

  @Option(names = "--force", description = "Replace an existing output file.")
  private boolean force;

  /**
   * The file and the format of a plan; both are checked before planning.
   *
   * @param target the file; empty for a dry run
   */
  public record Destination(
      PlacementFormat format, Optional<OutputTarget> target, boolean ownLayerIds) {
    /** Returns this destination with the layer ids of the plan's start. */
    public Destination continuing(LayerIds ids) {
      return ownLayerIds || ids.fromZero() || !format.storesLayerIds()
          ? this
          : new Destination(format.withLayerIds(ids), target, true);
    }

    /** Returns the name of the file, if there is one. */
    public Optional<String> name() {
      return target.map(OutputTarget::name);
    }

    /**
     * Writes a plan. If the format lists no slots, they take the order that it implies.
     *
     * @param err receives a warning if the engine does not know a map like this
     */
    public void write(ExpertTable table, PrintWriter err) {
      target.ifPresent(
          file -> {
            file.write(stream -> format.write(format.arranged(table), stream));
            warnOfEmptySlots(table, format, file, err);
          });
    }
  }

  /**
   * Checks that the name of a file suits its format.
   *
   * @throws InvalidInputException if the engine would not load a file of that name
   */
  public static void requireEnding(OutputTarget target, PlacementFormat format) {
    target.requireEnding(format.endings(), "a map of the format " + format.name());
  }

  /** Warns of a map that was written with slots that ranks cannot use: engines do not know them. */
  public static void warnOfEmptySlots(
      ExpertTable table, PlacementFormat format, OutputTarget target, PrintWriter err) {
    if (table.hasEmptySlots()) {
      err.println(
          "note: %s %s; the file is for further eplb commands, not for the engine"
              .formatted(target.name(), format.emptySlotsWarning()));
      err.flush();
    }
  }

  /** Returns whether an existing file may be replaced. */
  public boolean force() {
    return force;
  }

  /** Returns the ids that are written for layers, if a format has any. */
  public LayerIds written(LayerIds ids) {
    return firstMoeLayer == null ? ids : LayerIds.from(firstMoeLayer, ids.layers());
  }

  /**
   * Checks that nothing is asked of a file that is not written.
   *
   * @throws InvalidInputException if an option of the file is given without {@code --output}
   */
  public void requireOutput() {
    if (output == null) {
      requireAbsent("--output-format", format);
      requireAbsent("--first-moe-layer", firstMoeLayer);
      requireNoForce();
    }
  }

  /**
   * Checks that nothing is asked of files that are not written. The format counts without a file
   * too: a plan without a map starts from the initial layout of its engine.
   *
   * @param report whether a report is written
   * @throws InvalidInputException if an option of a file is given without {@code --output} and
   *     without a report
   */
  public void requireOutputOr(boolean report) {
    if (output == null && !report) {
      requireAbsent("--first-moe-layer", firstMoeLayer);
      requireNoForce();
    }
  }

  private static void requireAbsent(String option, @Nullable Object value) {
    if (value != null) {
      throw new InvalidInputException(
          "%s %s is for the map, and none is written; name its file with --output, or leave %s out"
              .formatted(option, value, option));
    }
  }

  private void requireNoForce() {
    if (force) {
      throw new InvalidInputException(
          "--force replaces an existing file, and none is written; name one with --output, or leave"
              + " --force out");
    }
  }

  /** Returns the destination; checks that it can be written and would replace no input. */
  public Destination resolve(Collection<InputSource> inputs, OutputStream standardOutput) {
    PlacementFormat chosen =
        PlacementFormats.named(
            format == null ? DEFAULT_FORMAT : format, MapArguments.optional(firstMoeLayer));
    Optional<OutputTarget> target =
        Optional.ofNullable(output)
            .map(name -> OutputTarget.of(name, standardOutput, force, inputs));
    target.ifPresent(file -> requireEnding(file, chosen));
    return new Destination(chosen, target, firstMoeLayer != null);
  }
}
