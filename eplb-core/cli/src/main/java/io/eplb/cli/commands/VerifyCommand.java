package io.eplb.cli.commands;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.MapArguments;
import io.eplb.cli.arguments.MeasureArguments;
import io.eplb.cli.arguments.NamedInputs;
import io.eplb.cli.reports.RankFigures;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.consistency.MapComparison;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code eplb verify}: checks a map, and compares several. */
@Command(
    name = "verify",
    description =
        "Checks a map, and with --load measures it; with several maps, checks that they are the same"
            + " everywhere, and ends with exit code 4 if they are not.")
public final class VerifyCommand extends EplbCommand {
  @Parameters(
      paramLabel = "MAP",
      completionCandidates = FileNames.Maps.class,
      arity = "1..*",
      description = "Maps in any placement format; - is stdin.")
  private List<String> maps = List.of();

  @Mixin private MapArguments mapArguments;
  @Mixin private MeasureArguments measureArguments;

  @Override
  public Integer call() {
    List<String> inputs = new ArrayList<>(maps);
    measureArguments.name().ifPresent(inputs::add);
    NamedInputs.of(System.in, inputs.toArray(String[]::new));
    Optional<MeasureArguments.Measure> measure = measureArguments.read(System.in);
    PlacementExpectation expectation = mapArguments.expectation();
    TextReport text = new TextReport(out());
    Map<String, ExpertTable> read = new LinkedHashMap<>();
    try (Progress progress = progress()) {
      progress.begin("reading", maps.size(), "maps");
      for (String map : maps) {
        InputSource source = InputSource.of(map, System.in);
        StoredPlacement stored = PlacementFormats.read(source, expectation);
        read.put(map, stored.table());
        text.wrapped(2, map + ": " + description(stored));
        measure.ifPresent(load -> load.of(map, stored.requireRanks(source)).print(text));
        progress.done(read.size());
      }
    }
    if (read.size() > 1) {
      MapComparison comparison = new MapComparison(read);
      if (!comparison.same()) {
        comparison.lines().forEach(line -> text.wrapped(2, line));
        err()
            .println(
                "eplb verify: the maps are not the same: %s; every rank must serve the same map"
                    .formatted(comparison.summary()));
        return ExitCode.DIFFERENT;
      }
      text.line("all %d maps are the same", read.size());
    }
    return ExitCode.DONE;
  }

  private static String description(StoredPlacement stored) {
    ExpertTable table = stored.table();
    long surplus = stored.ranksKnown() ? table.duplicates() : 0;
    return "valid %s map, %s × %s on %s"
            .formatted(
                stored.format(),
                Counted.grouped(table.layers(), "layer"),
                Counted.grouped(table.experts(), "expert"),
                Counted.grouped(table.physicalExperts(), "slot"))
        + (stored.ranksKnown()
            ? ", " + Counted.grouped(table.ranks(), "rank") + " × " + table.slotsPerRank()
            : " (the format does not say how many ranks; give --ranks R to check each rank too)")
        + unusable(stored)
        + (surplus > 0
            ? "; " + Counted.grouped(surplus, "replica") + " beside another one on the same rank"
            : "");
  }

  /** Names the ranks that are dead or short of slots. */
  private static String unusable(StoredPlacement stored) {
    ExpertTable table = stored.table();
    if (!table.hasEmptySlots()) {
      return "";
    }
    if (!stored.ranksKnown()) {
      int used = 0;
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        used += table.expertAt(0, 0, slot) == Placement.EMPTY ? 0 : 1;
      }
      return "; "
          + Counted.grouped(table.physicalExperts() - used, "slot")
          + " of every layer cannot be used";
    }
    return "; "
        + RankFigures.slots(
            EpRanks.of(
                EpTopology.of(table.experts(), table.ranks(), 1, 1, table.slotsPerRank()), table));
  }
}
