package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.WeightsShape;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the memory that the engine of a rank shares with its agent. */
public final class EngineArguments {
  @Option(
      names = "--engine",
      paramLabel = "DIR",
      required = true,
      completionCandidates = FileNames.Folders.class,
      description = "The folder that engines and agents of this machine share, best in memory.")
  private Path folder = Path.of(".");

  @Option(
      names = "--rank",
      paramLabel = "R",
      required = true,
      converter = WholeNumber.Rank.class,
      description = "The rank, from 0 on.")
  private int rank;

  @Option(
      names = "--current",
      paramLabel = "MAP",
      required = true,
      completionCandidates = FileNames.Maps.class,
      description = "The expert map that all ranks start with at first.")
  private String current = "";

  @Mixin private ExpertArguments expertArguments;

  @Option(
      names = "--buffers",
      paramLabel = "N",
      converter = WholeNumber.Buffers.class,
      description = "Experts that a rank can receive before it switches (default: its slots).")
  private @Nullable Integer buffers;

  /** Returns the folder. */
  public SharedFolder folder() {
    return new SharedFolder(folder);
  }

  /** Returns the map's file as given. */
  public String current() {
    return current;
  }

  /**
   * Returns the rank.
   *
   * @throws InvalidInputException if the map has no such rank
   */
  public int rank(CurrentMap map) {
    int ranks = map.table().ranks();
    if (rank >= ranks) {
      throw new InvalidInputException(
          "--rank is %d; %s has ranks 0 to %d".formatted(rank, map.name(), ranks - 1));
    }
    return rank;
  }

  /** Returns the sizes of the memory for tables like the map's. */
  public WeightsShape shape(CurrentMap map) {
    Integer given = buffers;
    return WeightsShape.of(
        map.table(), given == null ? map.table().slotsPerRank() : given, expertArguments.bytes());
  }
}
