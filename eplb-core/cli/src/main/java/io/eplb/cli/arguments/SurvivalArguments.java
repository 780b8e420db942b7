package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import picocli.CommandLine.Option;

/** The option {@code --survive}: the failure domains whose loss experts have to survive. */
public final class SurvivalArguments {
  @Option(
      names = "--survive",
      paramLabel = "N",
      defaultValue = "0",
      converter = WholeNumber.Failures.class,
      description =
          "Spread each expert over N + 1 nodes after the plan, as many as slots allow, the hottest"
              + " first (default: ${DEFAULT-VALUE}).")
  private int failures;

  /**
   * Returns the number of nodes that may fail; 0 if none.
   *
   * @throws InvalidInputException if the group has too few nodes for any expert to survive that
   */
  public int failures(EpTopology topology) {
    if (failures >= topology.nodes()) {
      throw new InvalidInputException(
          "--survive %d needs an expert on %s, and there %s; give --nodes or a smaller number"
              .formatted(
                  failures,
                  Counted.of(failures + 1, "node"),
                  topology.nodes() == 1 ? "is 1" : "are " + topology.nodes()));
    }
    return failures;
  }
}
