package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.server.round.RankSeat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The parameters of requests that are whole numbers. */
enum WholeParameter {
  RANKS(1, EpTopology.MAX_RANKS),
  NODES(1, EpTopology.MAX_RANKS),
  GROUPS(1, EpTopology.MAX_EXPERTS),
  /** The slots of a layer on all ranks together. */
  SLOTS(1, EpTopology.MAX_PHYSICAL_EXPERTS),
  EXPERTS(1, EpTopology.MAX_EXPERTS),
  DEADLINE_MS(1, 300_000),
  RANK(0, EpTopology.MAX_RANKS - 1),
  WORLD(1, EpTopology.MAX_RANKS),
  ROUND(0, RankSeat.MAX_ROUND);

  private final long least;
  private final long most;

  WholeParameter(long least, long most) {
    this.least = least;
    this.most = most;
  }

  /** Returns the name in queries and JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds the parameter of a name. */
  static Optional<WholeParameter> of(String key) {
    return Stream.of(values()).filter(parameter -> parameter.key().equals(key)).findFirst();
  }

  /**
   * Reads a value.
   *
   * @throws InvalidInputException if it is no whole number in the parameter's range
   */
  long parse(String text) {
    return TypedNumber.whole(text).stream()
        .filter(number -> number >= least && number <= most)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s is %s; expected a whole number from %s to %s"
                        .formatted(key(), OneLine.quote(text), least, most)));
  }
}
