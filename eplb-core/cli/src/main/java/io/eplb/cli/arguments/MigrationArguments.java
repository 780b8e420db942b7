package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationPlan;
import picocli.CommandLine.Option;

/** The options for the limits on moving weights. */
public final class MigrationArguments {
  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Ranks.class,
      description =
          "Servers that hold the ranks; divides R. A rank receives from its own node if it can"
              + " (default: ${DEFAULT-VALUE}).")
  private int nodes = 1;

  @Option(
      names = "--sends-per-rank",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Limit.class,
      description = "Experts that a rank may send in a round (default: ${DEFAULT-VALUE}).")
  private int sendsPerRank = MigrationLimits.DEFAULT.sendsPerRank();

  @Option(
      names = "--receives-per-rank",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Limit.class,
      description = "Experts that a rank may receive in a round (default: ${DEFAULT-VALUE}).")
  private int receivesPerRank = MigrationLimits.DEFAULT.receivesPerRank();

  @Option(
      names = "--buffers-per-rank",
      paramLabel = "N",
      defaultValue = "2",
      converter = WholeNumber.Limit.class,
      description =
          "Experts of a layer that a rank can receive beside its slots (default:"
              + " ${DEFAULT-VALUE}); more make for fewer stages.")
  private int buffersPerRank = MigrationLimits.DEFAULT.buffersPerRank();

  /**
   * Plans the moves from one table to another of the same shape.
   *
   * @throws InvalidInputException if the nodes do not divide the ranks
   */
  public MigrationPlan plan(ExpertTable before, ExpertTable after) {
    return MigrationPlan.of(
        before,
        after,
        EpTopology.of(before.experts(), before.ranks(), nodes, 1, before.slotsPerRank()),
        new MigrationLimits(sendsPerRank, receivesPerRank, buffersPerRank));
  }
}
