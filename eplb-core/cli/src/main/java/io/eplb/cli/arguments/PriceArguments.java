package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.api.TransferCosts;
import io.eplb.cli.reports.MoveCost;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.simulation.MovePrice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options for the size of an expert and the speed of the links that move it. */
public final class PriceArguments {
  @Option(
      names = "--expert-bytes",
      paramLabel = "B",
      converter = Bytes.class,
      description = "The size of one expert's weights in one layer, to count bytes.")
  private @Nullable Long expertBytes;

  @Option(
      names = "--link-gbps",
      paramLabel = "G",
      converter = DecimalNumber.Gigabits.class,
      description =
          "What a rank's link carries in each direction, in 10^9 bits per second, to estimate the"
              + " time.")
  private @Nullable Double linkGbps;

  /** A size in bytes. */
  public static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return WholeNumber.inRange(text, 1, 1L << 50);
    }
  }

  /**
   * Checks that the options belong together.
   *
   * @throws InvalidInputException if there is a speed but no size
   */
  public void check() {
    if (linkGbps != null && expertBytes == null) {
      throw new InvalidInputException(
          "--link-gbps needs --expert-bytes: the time is that of the bytes");
    }
  }

  /** Returns whether the size of an expert is known. */
  public boolean given() {
    return expertBytes != null;
  }

  /** Returns the size of an expert in bytes, if it is known. */
  public Optional<Long> expertBytes() {
    return Optional.ofNullable(expertBytes);
  }

  /** Returns the price of moves in time, if size and speed are known. */
  public Optional<MovePrice> movePrice() {
    check();
    return linkGbps == null || expertBytes == null
        ? Optional.empty()
        : Optional.of(new MovePrice(expertBytes, linkGbps));
  }

  /** Returns the cost of some moves; empty if the size of an expert is not known. */
  public Optional<MoveCost> of(MigrationPlan plan) {
    return MoveCost.of(plan, expertBytes, linkGbps);
  }

  /** Returns the costs of a move, as policies are told them; every link counts alike. */
  public TransferCosts costs() {
    if (expertBytes == null) {
      return TransferCosts.unknown();
    }
    double secondsPerByte = linkGbps == null ? 0.0 : 8 / (linkGbps * 1e9);
    return TransferCosts.of(expertBytes, secondsPerByte, secondsPerByte);
  }
}
