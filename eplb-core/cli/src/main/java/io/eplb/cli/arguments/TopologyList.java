package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.config.EplbConfig;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for several expert-parallel groups, each a list of one value per group. */
public final class TopologyList {
  private static final String SPLIT = ",";

  @Option(
      names = "--ranks",
      paramLabel = "R",
      required = true,
      split = SPLIT,
      converter = WholeNumber.Ranks.class,
      description = "Devices of each expert-parallel group, such as 32,64.")
  private List<Integer> ranks = List.of();

  @Option(
      names = "--redundant-experts",
      paramLabel = "K",
      split = SPLIT,
      converter = WholeNumber.RedundantExperts.class,
      description =
          "Slots per layer beyond one per expert in each group, or one number for all (default: 0).")
  private List<Integer> redundantExperts = List.of();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      split = SPLIT,
      converter = WholeNumber.Ranks.class,
      description = "Servers that hold the ranks of each group, or one number (default: 1).")
  private List<Integer> nodes = List.of();

  @Option(
      names = "--groups",
      paramLabel = "G",
      split = SPLIT,
      converter = WholeNumber.Experts.class,
      description = "Expert groups of group-limited routing, one number or more (default: 1).")
  private List<Integer> groups = List.of();

  /**
   * Returns the settings of each group over a configuration.
   *
   * @throws InvalidInputException if a list has neither one value nor one for each group
   */
  public List<EplbConfig> over(EplbConfig config) {
    return IntStream.range(0, ranks.size())
        .mapToObj(
            at ->
                new TopologyArguments(
                    ranks.get(at),
                    value("--nodes", nodes, at),
                    value("--groups", groups, at),
                    value("--redundant-experts", redundantExperts, at)))
        .map(group -> group.over(config))
        .toList();
  }

  private @Nullable Integer value(String option, List<Integer> values, int at) {
    if (values.isEmpty()) {
      return null;
    }
    if (values.size() != 1 && values.size() != ranks.size()) {
      throw new InvalidInputException(
          "%s has %s, --ranks %s; give one for each group, or one for all"
              .formatted(option, Counted.of(values.size(), "value"), ranks.size()));
    }
    return values.get(values.size() == 1 ? 0 : at);
  }
}
