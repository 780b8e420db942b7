package io.eplb.cli.arguments;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import io.eplb.core.load.LoadRecording;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a map to change and for the load that its ranks have. */
public final class ElasticArguments {
  @Option(
      names = "--current",
      paramLabel = "MAP",
      completionCandidates = FileNames.Maps.class,
      required = true,
      description = "The map in force, in any placement format; - is stdin.")
  private String current = "";

  @Option(
      names = "--experts",
      paramLabel = "E",
      converter = WholeNumber.Experts.class,
      description = "Logical experts of a layer (default: the greatest id in the map, and one).")
  private @Nullable Integer experts;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Load per expert, in any load format; windows are summed. Among equally few transfers"
              + " those are chosen that keep the peak low (default: every expert counts alike).")
  private @Nullable String load;

  /**
   * A map and the load on it.
   *
   * @param stored the map
   * @param loads layers × experts tokens; empty if none were given
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Input(StoredPlacement stored, double[] loads) {
    public ExpertTable table() {
      return stored.table();
    }

    /** Returns the balance of a table under the load, if there is one. */
    public Optional<BalanceReport> balance(ExpertTable table) {
      return loads.length == 0 ? Optional.empty() : Optional.of(BalanceReport.of(table, loads));
    }

    /** Returns the balance of a table under the load, if there is one, on ranks as they are. */
    public Optional<BalanceReport> balance(ExpertTable table, EpRanks ranks) {
      return loads.length == 0
          ? Optional.empty()
          : Optional.of(BalanceReport.of(table, loads, ranks));
    }
  }

  public String current() {
    return current;
  }

  /**
   * Returns all inputs; no output may replace one of them.
   *
   * @param speeds the file of the ranks' speeds, if there is one
   */
  public List<InputSource> inputs(InputStream standardInput, @Nullable String speeds) {
    return NamedInputs.of(standardInput, current, load, speeds);
  }

  /**
   * Reads the map and the load.
   *
   * @param ranks the number of ranks, for formats that do not say; null to go by the map
   * @param option the option that gives it, for the message that it is missing
   * @throws InvalidInputException if one cannot be read, or they do not belong together
   */
  public Input read(@Nullable Integer ranks, String option, InputStream standardInput) {
    InputSource source = InputSource.of(current, standardInput);
    StoredPlacement stored =
        PlacementFormats.read(
            source,
            new PlacementExpectation(MapArguments.optional(experts), MapArguments.optional(ranks)));
    if (!stored.ranksKnown()) {
      throw source.fault(
          "is in the format %s, which does not say how many ranks share its slots; give %s"
              .formatted(stored.format(), option));
    }
    return new Input(stored, loads(stored.table(), standardInput));
  }

  private double[] loads(ExpertTable table, InputStream standardInput) {
    if (load == null) {
      return new double[0];
    }
    LoadRecording recording = LoadFiles.read(InputSource.of(load, standardInput));
    if (recording.layers() != table.layers() || recording.experts() != table.experts()) {
      throw new InvalidInputException(
          "%s has %s, %s has %s; they must agree"
              .formatted(
                  load,
                  Shape.loads(recording.layers(), recording.experts()),
                  current,
                  Shape.loads(table.layers(), table.experts())));
    }
    return recording.sum(0, recording.windows() - 1);
  }
}
