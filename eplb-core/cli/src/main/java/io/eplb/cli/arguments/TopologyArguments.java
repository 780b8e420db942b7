package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOption;
import io.eplb.api.wording.Counted;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the expert-parallel group; a configuration file may set them too. */
public final class TopologyArguments {
  @Option(
      names = "--ranks",
      paramLabel = "R",
      converter = WholeNumber.Ranks.class,
      description = "Devices of the expert-parallel group.")
  private @Nullable Integer ranks;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      converter = WholeNumber.Ranks.class,
      description = "Servers that hold the ranks; divides R (default: 1).")
  private @Nullable Integer nodes;

  @Option(
      names = "--groups",
      paramLabel = "G",
      converter = WholeNumber.Experts.class,
      description = "Expert groups of group-limited routing; divides the experts (default: 1).")
  private @Nullable Integer groups;

  @Option(
      names = "--redundant-experts",
      paramLabel = "K",
      converter = WholeNumber.RedundantExperts.class,
      description =
          "Slots per layer beyond one per expert (default: 0, or as the current map has).")
  private @Nullable Integer redundantExperts;

  /** Creates the options, for the command line to set. */
  public TopologyArguments() {}

  /** Creates the options of one group of several; null where one is not given. */
  TopologyArguments(
      int ranks,
      @Nullable Integer nodes,
      @Nullable Integer groups,
      @Nullable Integer redundantExperts) {
    this.ranks = ranks;
    this.nodes = nodes;
    this.groups = groups;
    this.redundantExperts = redundantExperts;
  }

  /** Returns the configuration with the options of the command line over it. */
  public EplbConfig over(EplbConfig config) {
    EplbConfig effective = with(config, Settings.RANKS, ranks);
    effective = with(effective, Settings.NODES, nodes);
    effective = with(effective, Settings.GROUPS, groups);
    return with(effective, Settings.REDUNDANT_EXPERTS, redundantExperts);
  }

  private static EplbConfig with(
      EplbConfig config, PolicyOption<Long> setting, @Nullable Integer value) {
    return value == null ? config : config.with(setting, (long) value);
  }

  /** Returns the topology of a model with so many experts and no current map. */
  public static EpTopology forExperts(int experts, EplbConfig config) {
    return EpTopology.withRedundantExperts(
        experts,
        ranks(config),
        number(config, Settings.NODES),
        number(config, Settings.GROUPS),
        number(config, Settings.REDUNDANT_EXPERTS));
  }

  /**
   * Returns the topology of a current map.
   *
   * @throws InvalidInputException if the settings contradict it
   */
  static EpTopology forCurrent(ExpertTable current, String map, EplbConfig config) {
    int redundant = current.physicalExperts() - current.experts();
    if (config.given(Settings.REDUNDANT_EXPERTS).filter(given -> given != redundant).isPresent()) {
      throw new InvalidInputException(
          "--redundant-experts %d (%s) contradicts %s, which has %s; leave the option out or let it agree"
              .formatted(
                  config.get(Settings.REDUNDANT_EXPERTS),
                  config.origin(Settings.REDUNDANT_EXPERTS),
                  map,
                  Counted.of(redundant, "redundant expert")));
    }
    return EpTopology.of(
        current.experts(),
        current.ranks(),
        number(config, Settings.NODES),
        number(config, Settings.GROUPS),
        current.slotsPerRank());
  }

  /**
   * Checks what holds for every model.
   *
   * @throws InvalidInputException if the nodes do not divide the ranks
   */
  public static void requireNodesDivideRanks(EplbConfig config) {
    int nodes = number(config, Settings.NODES);
    givenRanks(config)
        .ifPresent(
            ranks -> {
              if (ranks % nodes != 0) {
                throw new InvalidInputException(
                    "--nodes is %s; it must divide --ranks, %s".formatted(nodes, ranks));
              }
            });
  }

  /** Returns the number of ranks, if a setting gives it. */
  static OptionalInt givenRanks(EplbConfig config) {
    return config.given(Settings.RANKS).stream().mapToInt(Math::toIntExact).findFirst();
  }

  /**
   * Returns the number of ranks.
   *
   * @throws InvalidInputException if no setting gives it
   */
  public static int ranks(EplbConfig config) {
    if (config.given(Settings.RANKS).isEmpty()) {
      throw new InvalidInputException(
          "--ranks is missing; say how many devices share the experts, such as --ranks 32");
    }
    return number(config, Settings.RANKS);
  }

  private static int number(EplbConfig config, PolicyOption<Long> setting) {
    return Math.toIntExact(config.get(setting));
  }
}
