package io.eplb.cli.arguments;

import io.eplb.core.format.placement.PlacementExpectation;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for facts about a map that its file may lack. */
public final class MapArguments {
  @Option(
      names = "--ranks",
      paramLabel = "R",
      converter = WholeNumber.Ranks.class,
      description = "Devices, for formats that do not say (default: as the map says).")
  private @Nullable Integer ranks;

  @Option(
      names = "--experts",
      paramLabel = "E",
      converter = WholeNumber.Experts.class,
      description = "Logical experts of a layer (default: the greatest id in the map, and one).")
  private @Nullable Integer experts;

  /** Returns the experts and ranks that a map must have. */
  public PlacementExpectation expectation() {
    return new PlacementExpectation(optional(experts), optional(ranks));
  }

  public static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
