package io.eplb.cli.commands;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.cli.arguments.DecimalNumber;
import io.eplb.cli.arguments.MapArguments;
import io.eplb.cli.arguments.MigrationArguments;
import io.eplb.cli.arguments.NamedInputs;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.reports.DiffReport;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.migration.MigrationPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code eplb diff}: plans the moves from one map to another. */
@Command(
    name = "diff",
    description =
        "Counts the experts that every rank must receive between two maps, and plans their"
            + " transfers.",
    sortOptions = false)
public final class DiffCommand extends EplbCommand {
  @Parameters(index = "0", paramLabel = "OLD", description = "The map in force; - is stdin.")
  private String old = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The map to come; - is stdin.")
  private String wanted = "";

  @Mixin private MapArguments mapArguments;

  @Mixin private MigrationArguments migration;

  @Option(
      names = "--expert-bytes",
      paramLabel = "B",
      converter = Bytes.class,
      description = "The size of one expert's weights in one layer, to count bytes.")
  private @Nullable Long expertBytes;

  @Option(
      names = "--link-gbps",
      paramLabel = "G",
      converter = DecimalNumber.Gigabits.class,
      description =
          "What a rank's link carries in each direction, in 10^9 bits per second, to estimate the"
              + " time.")
  private @Nullable Double linkGbps;

  @Mixin private ReportArguments reportArguments;

  private static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return WholeNumber.inRange(text, 1, 1L << 50);
    }
  }

  @Override
  public Integer call() {
    NamedInputs.of(System.in, old, wanted);
    if (linkGbps != null && expertBytes == null) {
      throw new InvalidInputException(
          "--link-gbps needs --expert-bytes: the time is that of the bytes");
    }
    reportArguments.print(compare(read(old), read(wanted)), out());
    return 0;
  }

  private DiffReport compare(ExpertTable before, ExpertTable after) {
    if (!shape(before).equals(shape(after))) {
      throw new InvalidInputException(
          "the old map has %s, the new one %s; they must agree (--experts and --ranks say what a format does not)"
              .formatted(shape(before), shape(after)));
    }
    MigrationPlan plan = migration.plan(before, after);
    return DiffReport.of(
        old,
        wanted,
        EpRanks.of(plan.topology(), before),
        EpRanks.of(plan.topology(), after),
        plan,
        expertBytes,
        linkGbps);
  }

  private static String shape(ExpertTable table) {
    return Shape.table(table.layers(), table.experts(), table.ranks(), table.slotsPerRank());
  }

  private ExpertTable read(String name) {
    InputSource source = InputSource.of(name, System.in);
    return PlacementFormats.read(source, mapArguments.expectation()).requireRanks(source);
  }
}
