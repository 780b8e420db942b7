package io.eplb.cli.arguments;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.load.LayerIds;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the file and the format of a map. */
public final class OutputArguments {
  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where the map goes; never over an existing file without --force; - is stdout.")
  private String output = "";

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      defaultValue = "vllm-ascend",
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String format = "";

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      converter = WholeNumber.MoeLayer.class,
      description = "The model's own id of the first MoE layer, for trtllm (default: 0).")
  private @Nullable Integer firstMoeLayer;

  @Option(names = "--force", description = "Replace an existing output file.")
  private boolean force;

  /** The file and the format of a plan; both are checked before planning. */
  public record Destination(PlacementFormat format, OutputTarget target, boolean ownLayerIds) {
    /** Returns this destination with the layer ids of the plan's start. */
    public Destination continuing(LayerIds ids) {
      return ownLayerIds || ids.fromZero() || !format.storesLayerIds()
          ? this
          : new Destination(format.withLayerIds(ids), target, true);
    }

    /**
     * Writes a plan. If the format lists no slots, they take the order that it implies.
     *
     * @param err receives a warning if the engine does not know a map like this
     */
    public void write(ExpertTable table, PrintWriter err) {
      target.write(stream -> format.write(format.arranged(table), stream));
      warnOfEmptySlots(table, format, target, err);
    }
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

  /** Returns the destination; checks that it can be written and would replace no input. */
  public Destination resolve(Collection<InputSource> inputs, OutputStream standardOutput) {
    PlacementFormat chosen = PlacementFormats.named(format, MapArguments.optional(firstMoeLayer));
    return new Destination(
        chosen, OutputTarget.of(output, standardOutput, force, inputs), firstMoeLayer != null);
  }
}
