package io.eplb.cli.commands;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.FormatNames;
import io.eplb.cli.arguments.MapArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.reports.TextReport;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code eplb convert}: writes a map in the format of another engine. */
@Command(
    name = "convert",
    description = "Converts a map between placement formats.",
    sortOptions = false)
public final class ConvertCommand extends EplbCommand {
  @Option(
      names = "--from",
      paramLabel = "F",
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: as the file looks).")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "F",
      required = true,
      completionCandidates = FormatNames.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String to = "";

  @Mixin private MapArguments mapArguments;

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      converter = WholeNumber.MoeLayer.class,
      description =
          "The model's own id of the first MoE layer, for trtllm (default: as the map says, or 0).")
  private @Nullable Integer firstMoeLayer;

  @Option(
      names = "--sort-slots",
      description =
          "Sort the experts of each rank in ascending order, for omni-infer, which knows no other"
              + " order of slots; says how many change places.")
  private boolean sortSlots;

  @Option(names = "--force", description = "Replace an existing output file.")
  private boolean force;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      completionCandidates = FileNames.Maps.class,
      description = "The map to read; - is stdin.")
  private String input = "";

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      completionCandidates = FileNames.Maps.class,
      description = "The map to write; - is stdout.")
  private String output = "";

  @Override
  public Integer call() {
    InputSource source = InputSource.of(input, System.in);
    OptionalInt first = MapArguments.optional(firstMoeLayer);
    PlacementFormat format = PlacementFormats.named(to);
    if (sortSlots && !format.impliesSlotOrder()) {
      throw new InvalidInputException(
          "--sort-slots has no meaning in the format %s, which keeps the order of slots; leave it out"
              .formatted(to));
    }
    OptionalInt expectedFirst = format.storesLayerIds() ? OptionalInt.empty() : first;
    PlacementFormat reading =
        from == null
            ? PlacementFormats.recognize(source, expectedFirst)
            : PlacementFormats.named(from, expectedFirst);
    OutputTarget target = OutputTarget.of(output, standardOutput(), force, List.of(source));
    OutputArguments.requireEnding(target, format);
    StoredPlacement stored = reading.read(source, mapArguments.expectation());
    ExpertTable read = format.storesRanks() ? stored.requireRanks(source) : stored.table();
    ExpertTable table = sortSlots ? format.arranged(read) : read;
    PlacementFormat writing =
        format.storesLayerIds() && first.isPresent()
            ? format.withFirstMoeLayer(first.getAsInt())
            : format.withLayerIds(stored.layerIds());
    target.write(stream -> writing.write(table, stream));
    OutputArguments.warnOfEmptySlots(table, writing, target, err());
    TextReport text = new TextReport(beside(Optional.of(target)));
    text.wrapped(
        2,
        "%s (%s) → %s (%s): %s × %s on %s"
            .formatted(
                source.name(),
                stored.format(),
                target.name(),
                to,
                Counted.grouped(table.layers(), "layer"),
                Counted.grouped(table.experts(), "expert"),
                Counted.grouped(table.physicalExperts(), "slot")));
    if (sortSlots) {
      text.wrapped(
          2,
          "--sort-slots: %s of all layers got another expert of the same rank; an engine that runs the old map moves these weights within its ranks"
              .formatted(Counted.grouped(changed(read, table), "slot")));
    }
    return 0;
  }

  /** Returns the number of slots that hold another expert. */
  private static long changed(ExpertTable before, ExpertTable after) {
    long changed = 0;
    for (int layer = 0; layer < before.layers(); layer++) {
      for (int rank = 0; rank < before.ranks(); rank++) {
        for (int slot = 0; slot < before.slotsPerRank(); slot++) {
          changed +=
              before.expertAt(layer, rank, slot) == after.expertAt(layer, rank, slot) ? 0 : 1;
        }
      }
    }
    return changed;
  }
}
