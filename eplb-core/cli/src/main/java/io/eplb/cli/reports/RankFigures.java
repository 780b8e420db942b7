package io.eplb.cli.reports;

import io.eplb.api.EpRanks;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Ranks that are dead, short of slots, slow or fast, in every report. */
public final class RankFigures {
  private static final int MOST_SPEEDS_NAMED = 3;

  private RankFigures() {}

  /** Adds the dead ranks, and the usable slots and speeds of all ranks if they are not nominal. */
  static JsonObject add(EpRanks ranks, JsonObject json) {
    int[] usable = new int[ranks.ranks()];
    double[] speeds = new double[ranks.ranks()];
    ranks.copyUsableSlots(usable, 0);
    ranks.copySpeeds(speeds, 0);
    boolean nominal = Arrays.stream(speeds).allMatch(speed -> speed == 1.0);
    return json.with("ranksFailed", dead(ranks))
        .with(
            "usableSlots",
            Optional.of(Arrays.stream(usable).boxed().toList())
                .filter(all -> !ranks.allSlotsUsable()))
        .with(
            "rankSpeeds",
            Optional.of(Arrays.stream(speeds).boxed().toList()).filter(all -> !nominal));
  }

  /**
   * Returns the ranks that are dead or short of slots: {@code ranks 1, 3 are dead; rank 2 can use 1
   * of 3 slots}; the empty text if there is none.
   */
  public static String slots(EpRanks ranks) {
    List<String> parts = new ArrayList<>();
    List<Integer> dead = dead(ranks);
    if (!dead.isEmpty()) {
      parts.add(Listed.of("rank", dead) + (dead.size() == 1 ? " is dead" : " are dead"));
    }
    int slots = ranks.slotsPerRank();
    for (int usable = 1; usable < slots; usable++) {
      int each = usable;
      List<Integer> able = ranks(ranks, rank -> ranks.usableSlots(rank) == each);
      if (!able.isEmpty()) {
        parts.add(
            "%s can use %d of %s"
                .formatted(Listed.of("rank", able), usable, Counted.of(slots, "slot")));
      }
    }
    return String.join("; ", parts);
  }

  /** Returns the ranks for people; empty if all of them are nominal. */
  static Optional<String> text(EpRanks ranks) {
    List<String> parts = new ArrayList<>();
    if (ranks.livingRanks() < ranks.ranks()) {
      parts.add(TextReport.text("%,d of %,d live", ranks.livingRanks(), ranks.ranks()));
    }
    if (!ranks.allSlotsUsable()) {
      parts.add(slots(ranks));
    }
    double[] speeds = new double[ranks.ranks()];
    ranks.copySpeeds(speeds, 0);
    double[] special =
        IntStream.range(0, speeds.length)
            .filter(ranks::living)
            .mapToDouble(rank -> speeds[rank])
            .filter(speed -> speed != 1.0)
            .distinct()
            .sorted()
            .toArray();
    if (special.length > MOST_SPEEDS_NAMED) {
      parts.add("speeds from %s to %s".formatted(special[0], special[special.length - 1]));
    } else {
      for (double speed : special) {
        List<Integer> same = ranks(ranks, rank -> ranks.living(rank) && ranks.speed(rank) == speed);
        parts.add(
            "%s %s speed %s"
                .formatted(Listed.of("rank", same), same.size() == 1 ? "has" : "have", speed));
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  /** Prints the ranks if they are not all nominal. */
  static void print(EpRanks ranks, TextReport text) {
    text(ranks).ifPresent(words -> text.row("ranks", "%s", words));
    if (!ranks.equalSpeeds()) {
      text.row("", "PAR is that of load ÷ speed");
    }
  }

  /** Returns the ranks that are dead. */
  static List<Integer> dead(EpRanks ranks) {
    return ranks(ranks, rank -> !ranks.living(rank));
  }

  /** Returns the ranks that a condition chooses. */
  static List<Integer> ranks(EpRanks ranks, IntPredicate chosen) {
    return IntStream.range(0, ranks.ranks()).filter(chosen).boxed().toList();
  }
}
