package io.eplb.core.file;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads and writes the expert maps of engines.
 *
 * <pre>{@code
 * ExpertTable running = MapFiles.read(Path.of("expert-map.json"));
 * ExpertTable next = plan(running);
 * MapFiles.write(next, "sglang", Path.of("next.json"));
 * }</pre>
 */
public final class MapFiles {
  private MapFiles() {}

  /** Returns the names of the formats, such as {@code vllm-ascend} and {@code sglang}. */
  public static List<String> formats() {
    return PlacementFormats.names();
  }

  /**
   * Reads a map in any of the formats.
   *
   * @return the map, version 0; its number of experts is the greatest id plus one, unless the file
   *     stores it
   * @throws InvalidInputException if it cannot be read, is of no known format, breaks its format,
   *     or does not say how many ranks there are: the message names the file, the place in it and
   *     what would be right; the file stays as it is
   */
  public static ExpertTable read(Path file) {
    InputSource source = InputSource.of(file);
    return PlacementFormats.read(source, PlacementExpectation.NONE).requireRanks(source);
  }

  /**
   * Reads a map with a given number of ranks, which some formats do not store.
   *
   * @param ranks 1 to {@value io.eplb.api.EpTopology#MAX_RANKS}
   * @return the map, as {@link #read(Path)} does
   * @throws InvalidInputException as {@link #read(Path)}, or if the file has another number of
   *     ranks
   */
  public static ExpertTable read(Path file, int ranks) {
    return PlacementFormats.read(
            InputSource.of(file),
            new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(ranks)))
        .table();
  }

  /**
   * Writes a map, whole or not at all, and replaces an existing file.
   *
   * @param format one of {@link #formats()}
   * @throws InvalidInputException if there is no such format, it cannot hold the table, or the file
   *     cannot be written; an existing file stays then
   */
  public static void write(ExpertTable table, String format, Path file) {
    write(table, PlacementFormats.named(format), file);
  }

  /**
   * Writes a map whose layers have the ids of the model, as {@link #write(ExpertTable, String,
   * Path)}.
   *
   * @param firstMoeLayer the model's id of the first layer that has experts, 0 to {@value
   *     io.eplb.api.EpTopology#MAX_LAYERS}
   * @throws InvalidInputException as there, or if the format stores no ids of layers
   */
  public static void write(ExpertTable table, String format, int firstMoeLayer, Path file) {
    write(table, PlacementFormats.named(format).withFirstMoeLayer(firstMoeLayer), file);
  }

  private static void write(ExpertTable table, PlacementFormat format, Path file) {
    OutputTarget.of(file.toString(), OutputStream.nullOutputStream(), true, List.of())
        .write(output -> format.write(table, output));
  }
}
