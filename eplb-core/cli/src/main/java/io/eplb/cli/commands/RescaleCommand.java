package io.eplb.cli.commands;

import io.eplb.api.ExpertTable;
import io.eplb.cli.arguments.ElasticArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.RankList;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.reports.RescaleReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.elastic.Rescale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb rescale}: takes a map to another number of ranks. */
@Command(
    name = "rescale",
    description =
        "Takes a map to another number of ranks, or of slots per rank, with as few copies as"
            + " possible; ranks that are dead in it are given back.",
    sortOptions = false)
public final class RescaleCommand extends EplbCommand {
  @Mixin private ElasticArguments elasticArguments;

  @Option(
      names = "--current-ranks",
      paramLabel = "R",
      converter = WholeNumber.Ranks.class,
      description = "Devices of the map in force, for formats that do not say.")
  private @Nullable Integer currentRanks;

  @Option(
      names = "--ranks",
      paramLabel = "R",
      required = true,
      converter = WholeNumber.Ranks.class,
      description = "Devices from now on. New ones come behind the others.")
  private int ranks;

  @Option(
      names = "--slots",
      paramLabel = "S",
      converter = WholeNumber.Slots.class,
      description = "Slots of a rank from now on (default: as the map has).")
  private @Nullable Integer slots;

  @Option(
      names = "--leaving",
      paramLabel = "R,…",
      converter = RankList.Converter.class,
      description =
          "The ranks that leave (default: those that are dead in the map, then the last ones)."
              + " The others close up in their order.")
  private @Nullable RankList leaving;

  @Mixin private OutputArguments outputArguments;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    outputArguments.requireOutput();
    OutputArguments.Destination destination =
        outputArguments.resolve(elasticArguments.inputs(System.in, null), standardOutput());
    try (Progress progress = progress()) {
      progress.begin("reading");
      ElasticArguments.Input input =
          elasticArguments.read(currentRanks, "--current-ranks", System.in);
      progress.begin("rescaling");
      rescale(input, destination);
    }
    return ExitCode.DONE;
  }

  private void rescale(ElasticArguments.Input input, OutputArguments.Destination destination) {
    ExpertTable table = input.table();
    int slotsPerRank = slots == null ? table.slotsPerRank() : slots;
    Rescale rescale =
        leaving == null
            ? Rescale.of(table, ranks, slotsPerRank, input.loads())
            : Rescale.of(
                table,
                ranks,
                slotsPerRank,
                leaving.within("--leaving", table.ranks()),
                input.loads());
    destination.continuing(input.stored().layerIds()).write(rescale.table(), err());
    reportArguments.print(
        new RescaleReport(
            elasticArguments.current(),
            table,
            rescale,
            input.balance(table),
            input.balance(rescale.table()),
            destination.name()),
        beside(destination.target()));
  }
}
