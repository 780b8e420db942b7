package io.eplb.cli.arguments;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.cli.reports.MapBalance;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadRecording;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for a load under which maps are measured. */
public final class MeasureArguments {
  @Option(
      names = "--load",
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Measure the maps under this load per expert, in any format that plan reads; - is stdin.")
  private @Nullable String load;

  @Mixin private RoutedArguments routedArguments;
  @Mixin private DispatchArguments dispatchArguments;

  /** A load under which maps are measured. */
  public record Measure(String load, LoadRecording recording, Dispatch dispatch) {
    /** Creates a measure. */
    public Measure {}

    /**
     * Measures a map on the ranks that hold its experts; a rank that holds none is dead.
     *
     * @param name the name of its file
     * @throws InvalidInputException if the map and the load have other layers or experts
     */
    public MapBalance of(String name, ExpertTable table) {
      if (table.layers() != recording.layers() || table.experts() != recording.experts()) {
        throw new InvalidInputException(
            "%s has %s, %s has %d × %d; they must agree"
                .formatted(
                    load,
                    Shape.loads(recording.layers(), recording.experts()),
                    name,
                    table.layers(),
                    table.experts()));
      }
      EpTopology topology =
          EpTopology.of(table.experts(), table.ranks(), 1, 1, table.slotsPerRank());
      return MapBalance.of(table, recording, EpRanks.of(topology, table), dispatch);
    }
  }

  /** Returns the name of the load, if one is given. */
  public Optional<String> name() {
    return Optional.ofNullable(load);
  }

  /**
   * Reads the load; empty if none is given.
   *
   * @throws InvalidInputException if it cannot be read, or a dispatch is given without it
   */
  public Optional<Measure> read(InputStream standardInput) {
    if (load == null) {
      if (dispatchArguments.given()) {
        throw new InvalidInputException(
            "--dispatch has no meaning without --load; give that too, or leave it out");
      }
      return Optional.empty();
    }
    return Optional.of(
        new Measure(
            load,
            routedArguments.read(InputSource.of(load, standardInput)),
            dispatchArguments.over(EplbConfig.defaults()).dispatch()));
  }
}
