package io.eplb.core.config;

import com.google.common.base.Joiner;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOption;
import io.eplb.api.wording.Bounds;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.rank.RankSpeeds;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ranks as settings describe them: which have failed, and how fast each is. Immutable.
 *
 * <p>{@code failed_ranks} is the text {@code 3,7}, or {@value #NONE} to say that every rank lives.
 * {@code rank_speed} is the text {@code 1,1,0.5,1}, or the name of a file of speeds.
 */
public final class RankSettings {
  /** The text that says that no rank has failed. */
  public static final String NONE = "none";

  private final Optional<List<Integer>> failed;
  private final String failedName;
  private final double[] speeds;
  private final String speedsName;

  private RankSettings(
      Optional<List<Integer>> failed, String failedName, double[] speeds, String speedsName) {
    this.failed = failed;
    this.failedName = failedName;
    this.speeds = speeds;
    this.speedsName = speedsName;
  }

  /**
   * Reads the settings, and the file of speeds if they name one.
   *
   * @param standardInput the stream for {@code -} in place of the file
   * @throws InvalidInputException if a text or the file is malformed, a rank is named twice, or a
   *     speed is out of the bounds of {@link EpRanks}: the message names setting, place and what
   *     would be right
   */
  public static RankSettings of(EplbConfig config, InputStream standardInput) {
    String failedName = name(config, Settings.FAILED_RANKS, "--failed");
    String speedsName = name(config, Settings.RANK_SPEED, "--rank-speed");
    RankSettings read =
        new RankSettings(
            config.given(Settings.FAILED_RANKS).map(text -> failed(text, failedName)),
            failedName,
            config
                .given(Settings.RANK_SPEED)
                .map(text -> speeds(text, speedsName, standardInput))
                .orElse(new double[0]),
            speedsName);
    read.requireBounds();
    return read;
  }

  /**
   * Returns these settings with other failed ranks.
   *
   * @param ranks each once; none says that every rank lives
   * @param name the place they come from, for messages
   * @throws InvalidInputException if one is no rank or is named twice
   */
  public RankSettings withFailed(List<Integer> ranks, String name) {
    String text = ranks.isEmpty() ? NONE : Joiner.on(',').join(ranks);
    return new RankSettings(Optional.of(failed(text, name)), name, speeds, speedsName);
  }

  /** Returns the file of speeds that the settings name, {@code -} for the standard input. */
  public static Optional<String> speedFile(EplbConfig config) {
    return config.given(Settings.RANK_SPEED).filter(text -> !listsNumbers(text));
  }

  private static String name(EplbConfig config, PolicyOption<String> setting, String option) {
    Origin origin = config.origin(setting);
    return origin.equals(Origin.COMMAND_LINE) ? option : origin + ": topology." + setting.name();
  }

  private static List<Integer> failed(String text, String name) {
    try {
      return text.strip().equals(NONE) ? List.of() : list(text);
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  /**
   * Reads a list of ranks such as {@code 3,7}.
   *
   * @return the ranks in the order given, each once
   * @throws InvalidInputException if a part is no rank, or a rank is named twice
   */
  public static List<Integer> list(String text) {
    Set<Integer> ranks = new LinkedHashSet<>();
    for (String part : text.split(",", -1)) {
      int rank =
          (int)
              TypedNumber.whole(part).stream()
                  .filter(number -> number >= 0 && number < EpTopology.MAX_RANKS)
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new InvalidInputException(
                              "%s is no rank; expected whole numbers from 0 to %s between commas, such as 3,7"
                                  .formatted(
                                      OneLine.quote(part.strip()), EpTopology.MAX_RANKS - 1)));
      if (!ranks.add(rank)) {
        throw new InvalidInputException("rank " + rank + " is named twice; name it once");
      }
    }
    return List.copyOf(ranks);
  }

  private static boolean listsNumbers(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).allMatch(TypedNumber::isDecimal);
  }

  private static double[] speeds(String text, String name, InputStream standardInput) {
    if (listsNumbers(text)) {
      return Arrays.stream(text.split(",", -1))
          .mapToDouble(part -> TypedNumber.decimal(part).orElse(Double.NaN))
          .toArray();
    }
    InputSource source = InputSource.of(text, standardInput);
    if (source.path().filter(path -> !Files.exists(path)).isPresent()) {
      throw new InvalidInputException(
          "%s: %s is neither a list of numbers nor a file; give one speed per rank, such as 1,0.5, or a file of them"
              .formatted(name, OneLine.quote(text)));
    }
    try {
      return RankSpeeds.read(source);
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  /**
   * Checks that a group has the ranks that are named, and as many as there are speeds.
   *
   * @param ranks the ranks of the group, 1 or more
   * @throws InvalidInputException if not
   */
  void requireWithin(int ranks) {
    for (int rank : failed.orElse(List.of())) {
      if (rank >= ranks) {
        throw new InvalidInputException(failedName + ": " + Bounds.absent("rank", rank, ranks));
      }
    }
    if (speeds.length > 0 && speeds.length != ranks) {
      throw new InvalidInputException(
          "%s has %s for %s; give one per rank, failed ones included"
              .formatted(
                  speedsName, Counted.of(speeds.length, "speed"), Counted.of(ranks, "rank")));
    }
  }

  private void requireBounds() {
    for (int rank = 0; rank < speeds.length; rank++) {
      if (!(speeds[rank] >= EpRanks.MIN_SPEED && speeds[rank] <= EpRanks.MAX_SPEED)) {
        throw new InvalidInputException(
            "%s: the speed of rank %s is %s; it must be between %s and %s, 1 for a nominal rank"
                .formatted(speedsName, rank, speeds[rank], EpRanks.MIN_SPEED, EpRanks.MAX_SPEED));
      }
    }
  }

  /**
   * Returns the ranks of a group without a table in force.
   *
   * @throws InvalidInputException if the group has no such rank, or another number of ranks than
   *     there are speeds
   */
  public EpRanks ranks(EpTopology topology) {
    return described(EpRanks.nominal(topology));
  }

  /**
   * Returns the ranks of a group that runs a table. Ranks whose slots are all EMPTY there are dead,
   * unless the settings say that none is.
   *
   * @param name the name of the table, for messages
   * @throws InvalidInputException as {@link #ranks(EpTopology)}, or if failed ranks are named
   *     without one that is dead in the table
   */
  public EpRanks ranks(EpTopology topology, ExpertTable current, String name) {
    return ranks(EpRanks.of(topology, current), name);
  }

  /**
   * As {@link #ranks(EpTopology, ExpertTable, String)}, for ranks whose slots were counted before.
   *
   * @param stored the ranks as the table has them: a rank without usable slots is dead there
   */
  public EpRanks ranks(EpRanks stored, String name) {
    if (failed.isEmpty()) {
      return described(stored);
    }
    List<Integer> named = failed.get();
    List<Integer> left =
        IntStream.range(0, stored.ranks())
            .filter(rank -> !stored.living(rank) && !named.contains(rank))
            .boxed()
            .toList();
    if (left.isEmpty()) {
      return described(stored);
    }
    if (named.isEmpty()) {
      EpRanks.Builder living = stored.toBuilder();
      left.forEach(rank -> living.usableSlots(rank, stored.slotsPerRank()));
      return described(living.build());
    }
    throw new InvalidInputException(
        "%s leaves out %s, dead in %s; name every failed rank: %s (or %s if all of them live again)"
            .formatted(
                failedName,
                Listed.of("rank", left),
                name,
                IntStream.concat(
                        named.stream().mapToInt(Integer::intValue),
                        left.stream().mapToInt(Integer::intValue))
                    .sorted()
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(",")),
                NONE));
  }

  private EpRanks described(EpRanks stored) {
    requireWithin(stored.ranks());
    EpRanks.Builder builder = stored.toBuilder();
    failed.orElse(List.of()).forEach(rank -> builder.usableSlots(rank, 0));
    for (int rank = 0; rank < speeds.length; rank++) {
      builder.speed(rank, speeds[rank]);
    }
    return builder.build();
  }
}
