package io.eplb.core.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code eplb diff}: what it takes to get from one map to another. */
@Command(
    name = "diff",
    description = "Counts the experts that every rank must receive between two maps.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false)
final class DiffCommand extends EplbCommand {
  private static final double BITS_PER_GIGABIT = 1e9;

  @Parameters(index = "0", paramLabel = "OLD", description = "The map in force; - is stdin.")
  private String old = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The map to come; - is stdin.")
  private String wanted = "";

  @Option(
      names = "--ranks",
      paramLabel = "R",
      converter = WholeNumber.Ranks.class,
      description = "Devices, for formats that do not say (default: as the maps say).")
  private @Nullable Integer ranks;

  @Option(
      names = "--experts",
      paramLabel = "E",
      converter = WholeNumber.Experts.class,
      description = "Logical experts of a layer (default: the greatest id in a map, and one).")
  private @Nullable Integer experts;

  @Option(
      names = "--expert-bytes",
      paramLabel = "B",
      converter = Bytes.class,
      description = "The size of one expert's weights in one layer, to count bytes.")
  private @Nullable Long expertBytes;

  @Option(
      names = "--link-gbps",
      paramLabel = "G",
      converter = Gigabits.class,
      description = "What a rank's link receives, in 10^9 bits per second, to estimate the time.")
  private @Nullable Double linkGbps;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private static final class Bytes implements ITypeConverter<Long> {
    private static final long MOST = 1L << 50;

    @Override
    public Long convert(String text) {
      try {
        long value = Long.parseLong(text.strip());
        if (value >= 1 && value <= MOST) {
          return value;
        }
      } catch (NumberFormatException notANumber) {
        // Reported below, like a number out of range.
      }
      throw new TypeConversionException("'" + text + "' is not a whole number from 1 to " + MOST);
    }
  }

  private static final class Gigabits implements ITypeConverter<Double> {
    private static final double LEAST = 1e-6;
    private static final double MOST = 1e6;

    @Override
    public Double convert(String text) {
      try {
        double value = Double.parseDouble(text.strip());
        if (value >= LEAST && value <= MOST) {
          return value;
        }
      } catch (NumberFormatException notANumber) {
        // Reported below, like a number out of range.
      }
      throw new TypeConversionException("'" + text + "' is not a number from 0.000001 to 1000000");
    }
  }

  @Override
  public Integer call() {
    if (old.equals("-") && wanted.equals("-")) {
      throw new InvalidInputException("standard input can be read only once; name a file instead");
    }
    if (linkGbps != null && expertBytes == null) {
      throw new InvalidInputException(
          "--link-gbps needs --expert-bytes: the time is that of the bytes");
    }
    MapDifference difference = MapDifference.of(read(old), read(wanted));
    if (json) {
      JsonOutput.print(out(), generator -> write(difference, generator));
    } else {
      print(difference, out());
    }
    return 0;
  }

  private ExpertTable read(String name) {
    InputSource source = InputSource.of(name, System.in);
    return PlacementFormats.read(
            source, new PlacementExpectation(optional(experts), optional(ranks)))
        .requireRanks(source);
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static BigInteger bytes(long moved, long each) {
    return BigInteger.valueOf(moved).multiply(BigInteger.valueOf(each));
  }

  /** Returns how long the busiest rank's link takes to receive its experts, in seconds. */
  private @Nullable Double seconds(MapDifference difference) {
    return expertBytes == null || linkGbps == null
        ? null
        : difference.byRank(difference.busiestRank())
            * (double) expertBytes
            * Byte.SIZE
            / (linkGbps * BITS_PER_GIGABIT);
  }

  private void print(MapDifference difference, PrintWriter out) {
    long total = difference.total();
    int busiest = difference.busiestRank();
    out.printf(
        Locale.ROOT,
        "%,d layers × %,d experts on %,d ranks × %,d slots%n",
        difference.layers(),
        difference.experts(),
        difference.ranks(),
        difference.slotsPerRank());
    out.printf(
        Locale.ROOT,
        "experts moved    %,d, %.1f per layer, in %,d of %,d layers; %,d slots rewritten%n",
        total,
        (double) total / difference.layers(),
        difference.layersMoved(),
        difference.layers(),
        difference.slotsRewritten());
    out.printf(
        Locale.ROOT,
        "busiest rank     %d receives %,d experts%n",
        busiest,
        difference.byRank(busiest));
    if (expertBytes != null) {
      out.printf(
          Locale.ROOT,
          "bytes            %,d in total, %,d to the busiest rank%n",
          bytes(total, expertBytes),
          bytes(difference.byRank(busiest), expertBytes));
    }
    Double seconds = seconds(difference);
    if (seconds != null) {
      out.printf(Locale.ROOT, "time             %.3f s at %s Gbit/s per rank%n", seconds, linkGbps);
    }
    if (total == 0) {
      return;
    }
    out.println();
    out.println(" layer     moved  busiest rank");
    for (int layer = 0; layer < difference.layers(); layer++) {
      int rank = difference.busiestRank(layer);
      long moved = difference.inLayer(layer);
      if (moved > 0) {
        out.printf(
            Locale.ROOT,
            "%6d %,9d  %d receives %,d%n",
            layer,
            moved,
            rank,
            difference.inLayer(layer, rank));
      }
    }
    out.println();
    out.println("  rank  receives");
    for (int rank = 0; rank < difference.ranks(); rank++) {
      if (difference.byRank(rank) > 0) {
        out.printf(Locale.ROOT, "%6d %,9d%n", rank, difference.byRank(rank));
      }
    }
  }

  private void write(MapDifference difference, JsonGenerator json) throws IOException {
    long total = difference.total();
    int busiest = difference.busiestRank();
    json.writeStartObject();
    json.writeStringField("old", old);
    json.writeStringField("new", wanted);
    json.writeNumberField("layers", difference.layers());
    json.writeNumberField("experts", difference.experts());
    json.writeNumberField("ranks", difference.ranks());
    json.writeNumberField("slotsPerRank", difference.slotsPerRank());
    json.writeObjectFieldStart("expertsMoved");
    json.writeNumberField("total", total);
    json.writeNumberField("perLayerMean", (double) total / difference.layers());
    json.writeArrayFieldStart("perLayer");
    for (int layer = 0; layer < difference.layers(); layer++) {
      json.writeNumber(difference.inLayer(layer));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("perRank");
    for (int rank = 0; rank < difference.ranks(); rank++) {
      json.writeNumber(difference.byRank(rank));
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeNumberField("slotsRewritten", difference.slotsRewritten());
    json.writeObjectFieldStart("busiestRank");
    json.writeNumberField("rank", busiest);
    json.writeNumberField("receives", difference.byRank(busiest));
    json.writeEndObject();
    if (expertBytes != null) {
      json.writeObjectFieldStart("bytes");
      json.writeNumberField("total", bytes(total, expertBytes));
      json.writeNumberField("busiestRank", bytes(difference.byRank(busiest), expertBytes));
      json.writeEndObject();
    }
    Double seconds = seconds(difference);
    if (seconds != null) {
      json.writeNumberField("seconds", seconds);
    }
    json.writeEndObject();
  }
}
