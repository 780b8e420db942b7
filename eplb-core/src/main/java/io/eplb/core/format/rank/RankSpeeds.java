package io.eplb.core.format.rank;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Reads the speeds of ranks: a JSON array of numbers, or text with one number per line or between
 * commas.
 *
 * <pre>
 *   [1, 1, 0.5, 1]        1,1,0.5,1
 * </pre>
 */
public final class RankSpeeds {
  private static final ArrayForm FORM = new ArrayForm(1, 1, "one speed per rank");
  private static final NumberRule SPEED =
      new NumberRule(
          false,
          EpRanks.MIN_SPEED,
          EpRanks.MAX_SPEED,
          "a speed, a number from %s to %s, 1 for a nominal rank"
              .formatted(EpRanks.MIN_SPEED, EpRanks.MAX_SPEED));

  /** Every rank has a number; a longer file is something else. */
  private static final int MOST_BYTES = 64 * EpTopology.MAX_RANKS;

  private static final Pattern LINE = Pattern.compile("\r\n|\r|\n");

  private RankSpeeds() {}

  /**
   * Reads the speeds.
   *
   * @return a speed per rank, each within the bounds of {@link EpRanks}
   * @throws InvalidInputException if it cannot be read, is of another form, or holds a number out
   *     of bounds: the place is named
   */
  public static double[] read(InputSource source) {
    byte[] bytes = source.bytes(MOST_BYTES);
    Content content = source.content();
    if (content == Content.JSON) {
      return TokenInput.json(source, input -> NestedNumbers.read(input, "", FORM, SPEED).values());
    }
    if (content != Content.TEXT) {
      throw source.fault(
          "holds %s; expected a JSON array of speeds, or one speed per line"
              .formatted(content.description()));
    }
    return ofText(source, new String(bytes, StandardCharsets.UTF_8));
  }

  private static double[] ofText(InputSource source, String text) {
    String[] lines = LINE.split(text.startsWith("\ufeff") ? text.substring(1) : text, -1);
    double[] speeds = new double[16];
    int count = 0;
    for (int line = 0; line < lines.length; line++) {
      if (lines[line].isBlank()) {
        continue;
      }
      String[] cells = lines[line].split(",", -1);
      for (int column = 0; column < cells.length; column++) {
        double speed = TypedNumber.decimal(cells[column]).orElse(Double.NaN);
        if (!(speed >= SPEED.minimum() && speed <= SPEED.maximum())) {
          throw source.fault(
              "line %s%s is %s; expected %s"
                  .formatted(
                      line + 1,
                      cells.length == 1 ? "" : ", column " + (column + 1),
                      cells[column].isBlank() ? "empty" : OneLine.quote(cells[column].strip()),
                      SPEED.description()));
        }
        if (count == speeds.length) {
          speeds = Arrays.copyOf(speeds, 2 * count);
        }
        speeds[count++] = speed;
      }
    }
    if (count == 0) {
      throw source.fault("has no number; expected one speed per rank");
    }
    return Arrays.copyOf(speeds, count);
  }
}
