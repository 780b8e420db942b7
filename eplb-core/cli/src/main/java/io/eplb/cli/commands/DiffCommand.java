package io.eplb.cli.commands;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.MapArguments;
import io.eplb.cli.arguments.MigrationArguments;
import io.eplb.cli.arguments.NamedInputs;
import io.eplb.cli.arguments.PriceArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.reports.DiffReport;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.migration.MigrationPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code eplb diff}: plans the moves from one map to another. */
@Command(
    name = "diff",
    description =
        "Counts the experts that every rank must receive between two maps, and plans their"
            + " transfers.",
    sortOptions = false)
public final class DiffCommand extends EplbCommand {
  @Parameters(
      index = "0",
      paramLabel = "OLD",
      completionCandidates = FileNames.Maps.class,
      description = "The map in force; - is stdin.")
  private String old = "";

  @Parameters(
      index = "1",
      paramLabel = "NEW",
      completionCandidates = FileNames.Maps.class,
      description = "The map to come; - is stdin.")
  private String wanted = "";

  @Mixin private MapArguments mapArguments;

  @Mixin private MigrationArguments migration;

  @Mixin private PriceArguments price;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    NamedInputs.of(System.in, old, wanted);
    price.check();
    reportArguments.print(compare(), out());
    return 0;
  }

  private DiffReport compare() {
    try (Progress progress = progress()) {
      progress.begin("reading");
      ExpertTable before = read(old);
      ExpertTable after = read(wanted);
      progress.begin("planning the transfers");
      return compare(before, after);
    }
  }

  private DiffReport compare(ExpertTable before, ExpertTable after) {
    if (!shape(before).equals(shape(after))) {
      throw new InvalidInputException(
          "the old map has %s, the new one %s; they must agree (--experts and --ranks say what a format does not)"
              .formatted(shape(before), shape(after)));
    }
    MigrationPlan plan = migration.plan(before, after);
    return new DiffReport(
        old,
        wanted,
        EpRanks.of(plan.topology(), before),
        EpRanks.of(plan.topology(), after),
        plan,
        price.of(plan));
  }

  private static String shape(ExpertTable table) {
    return Shape.table(table.layers(), table.experts(), table.ranks(), table.slotsPerRank());
  }

  private ExpertTable read(String name) {
    InputSource source = InputSource.of(name, System.in);
    return PlacementFormats.read(source, mapArguments.expectation()).requireRanks(source);
  }
}
