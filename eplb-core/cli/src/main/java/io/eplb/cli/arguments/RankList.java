package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Bounds;
import io.eplb.core.config.RankSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Some ranks as they are typed: {@code 3,7,12}, each once. */
public final class RankList {
  /** No rank. */
  public static final RankList NONE = new RankList(new int[0]);

  private final int[] ranks;

  private RankList(int[] ranks) {
    this.ranks = ranks;
  }

  /**
   * Returns the ranks in the order typed, after a check that a group has them.
   *
   * @param option the option that they were given by
   * @param group the number of ranks of the group
   * @throws InvalidInputException if one of them does not exist
   */
  public int[] within(String option, int group) {
    for (int rank : ranks) {
      if (rank >= group) {
        throw new InvalidInputException(option + ": " + Bounds.absent("rank", rank, group));
      }
    }
    return ranks.clone();
  }

  /** Reads ranks between commas. */
  public static final class Converter implements ITypeConverter<RankList> {
    @Override
    public RankList convert(String text) {
      try {
        return new RankList(RankSettings.list(text).stream().mapToInt(Integer::intValue).toArray());
      } catch (InvalidInputException wrong) {
        throw new TypeConversionException(wrong.getMessage());
      }
    }
  }
}
