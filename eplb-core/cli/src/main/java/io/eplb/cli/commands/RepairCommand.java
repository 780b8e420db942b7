package io.eplb.cli.commands;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ElasticArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.RankList;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.SpeedArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.reports.RepairReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.elastic.Repair;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb repair}: gives the experts of failed ranks slots on the others. */
@Command(
    name = "repair",
    description =
        "Gives every expert that lived on failed ranks alone a slot on the others, with the fewest"
            + " reloads.",
    sortOptions = false)
public final class RepairCommand extends EplbCommand {
  @Mixin private ElasticArguments elasticArguments;

  @Option(
      names = "--failed",
      paramLabel = "R,…",
      required = true,
      converter = RankList.Converter.class,
      description = "The ranks that failed. Ranks that are dead in the map already stay dead.")
  private RankList failed = RankList.NONE;

  @Option(
      names = "--ranks",
      paramLabel = "R",
      converter = WholeNumber.Ranks.class,
      description = "Devices, failed ones included, for formats that do not say.")
  private @Nullable Integer ranks;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Ranks.class,
      description = "Servers that hold the ranks; divides R (default: ${DEFAULT-VALUE}).")
  private int nodes = 1;

  @Option(
      names = "--groups",
      paramLabel = "G",
      defaultValue = "1",
      converter = WholeNumber.Experts.class,
      description =
          "Expert groups; a group that lives on one node stays there if there is room (default:"
              + " ${DEFAULT-VALUE}).")
  private int groups = 1;

  @Mixin private SpeedArguments speedArguments;

  @Mixin private OutputArguments outputArguments;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    outputArguments.requireOutput();
    OutputArguments.Destination destination =
        outputArguments.resolve(
            elasticArguments.inputs(System.in, speedArguments.file()), standardOutput());
    try (Progress progress = progress()) {
      progress.begin("reading");
      ElasticArguments.Input input = elasticArguments.read(ranks, "--ranks", System.in);
      progress.begin("repairing");
      repair(input, destination);
    }
    return ExitCode.DONE;
  }

  private void repair(ElasticArguments.Input input, OutputArguments.Destination destination) {
    ExpertTable table = input.table();
    EpTopology topology =
        EpTopology.of(table.experts(), table.ranks(), nodes, groups, table.slotsPerRank());
    EpRanks before =
        RankSettings.of(speedArguments.over(EplbConfig.defaults()), System.in)
            .ranks(topology, table, elasticArguments.current());
    EpRanks.Builder left = before.toBuilder();
    int[] named = failed.within("--failed", table.ranks());
    for (int rank : named) {
      left.usableSlots(rank, 0);
    }
    EpRanks living = left.build();
    if (living.livingRanks() == 0) {
      throw new InvalidInputException(
          "every rank has failed; nothing is left that a map could be repaired with");
    }
    Repair repair = Repair.of(table, topology, living, input.loads());
    destination.continuing(input.stored().layerIds()).write(repair.table(), err());
    reportArguments.print(
        new RepairReport(
            elasticArguments.current(),
            topology,
            living,
            named,
            repair,
            input.balance(table, before),
            input.balance(repair.table(), living),
            destination.name()),
        beside(destination.target()));
  }
}
