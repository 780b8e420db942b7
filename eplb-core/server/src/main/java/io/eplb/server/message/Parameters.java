package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.config.RankSettings;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.round.RankSeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a question, collected from the query and then from a JSON body. A parameter may
 * be given in both if its value is the same. Used by one thread.
 */
final class Parameters {
  static final String POLICY = "policy";
  static final String FAILED = "failed";

  /** The names of all parameters but the options of the policy. */
  static final List<String> NAMES =
      Stream.concat(
              Arrays.stream(Whole.values()).map(whole -> whole.key), Stream.of(POLICY, FAILED))
          .toList();

  private static final String OPTION = "option.";
  private static final long DEFAULT_DEADLINE_MS = 30_000;

  private final Map<Whole, Long> numbers = new EnumMap<>(Whole.class);
  private final Map<String, String> options = new TreeMap<>();
  private @Nullable String policy;
  private @Nullable List<Integer> failed;

  private Parameters() {}

  /** The parameters that are whole numbers. */
  private enum Whole {
    RANKS(1, EpTopology.MAX_RANKS),
    NODES(1, EpTopology.MAX_RANKS),
    GROUPS(1, EpTopology.MAX_EXPERTS),
    SLOTS(1, Integer.MAX_VALUE),
    DEADLINE_MS(1, 300_000),
    RANK(0, EpTopology.MAX_RANKS - 1),
    WORLD(1, EpTopology.MAX_RANKS),
    ROUND(0, RankSeat.MAX_ROUND);

    final String key;
    final long least;
    final long most;

    Whole(long least, long most) {
      this.key = name().toLowerCase(Locale.ROOT);
      this.least = least;
      this.most = most;
    }

    static @Nullable Whole of(String key) {
      return Arrays.stream(values())
          .filter(whole -> whole.key.equals(key))
          .findFirst()
          .orElse(null);
    }

    long parse(String text) {
      return TypedNumber.whole(text).stream()
          .filter(number -> number >= least && number <= most)
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "%s is %s; expected a whole number from %s to %s"
                          .formatted(key, OneLine.quote(text), least, most)));
    }
  }

  /**
   * Reads the parameters of a query.
   *
   * @throws InvalidInputException if a name is unknown or given twice, or a value is wrong
   */
  static Parameters ofQuery(Map<String, List<String>> query) {
    Parameters parameters = new Parameters();
    query.forEach(
        (name, values) -> {
          if (!NAMES.contains(name)
              && !(name.startsWith(OPTION) && name.length() > OPTION.length())) {
            throw new InvalidInputException(
                "the parameter %s is unknown; the parameters are %s, %sKEY"
                    .formatted(OneLine.quote(name), String.join(", ", NAMES), OPTION));
          }
          if (values.size() != 1) {
            throw new InvalidInputException(
                "the parameter %s has %s values; give it once"
                    .formatted(OneLine.quote(name), values.size()));
          }
          parameters.add(name, values.get(0));
        });
    return parameters;
  }

  private void add(String name, String value) {
    switch (name) {
      case POLICY -> policy(value);
      case FAILED -> failed(ranks(value));
      default -> {
        if (name.startsWith(OPTION)) {
          option(name.substring(OPTION.length()), value);
        } else {
          number(name, value);
        }
      }
    }
  }

  private static List<Integer> ranks(String text) {
    try {
      return text.equals(RankSettings.NONE) ? List.of() : RankSettings.list(text);
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException(FAILED + ": " + wrong.getMessage(), wrong);
    }
  }

  /**
   * Adds a number.
   *
   * @param key one of {@link #NAMES}
   * @throws InvalidInputException if it is no number in its range, or another one was given before
   */
  void number(String key, String text) {
    Whole whole = Whole.of(key);
    if (whole == null) {
      throw new IllegalArgumentException(key + " is no number");
    }
    numbers.put(whole, same(key, numbers.get(whole), whole.parse(text)));
  }

  /**
   * Adds the policy's name.
   *
   * @throws InvalidInputException if another one was given before
   */
  void policy(String name) {
    policy = same(POLICY, policy, name);
  }

  /**
   * Adds an option of the policy.
   *
   * @throws InvalidInputException if it was given another value before
   */
  void option(String key, String value) {
    options.put(key, same(OPTION + key, options.get(key), value));
  }

  /**
   * Adds the ranks that have failed, in any order.
   *
   * @throws InvalidInputException if a rank is named twice, or others were given before
   */
  void failed(List<Integer> ranks) {
    if (new HashSet<>(ranks).size() < ranks.size()) {
      throw new InvalidInputException(FAILED + " names a rank twice; name it once");
    }
    List<Integer> sorted = new ArrayList<>(ranks);
    sorted.sort(null);
    failed = same(FAILED, failed, sorted);
  }

  private static <T> T same(String name, @Nullable T given, T value) {
    if (given != null && !given.equals(value)) {
      throw new InvalidInputException(
          "%s is %s in the query and %s in the body; give it once"
              .formatted(
                  OneLine.of(name),
                  OneLine.quote(given.toString()),
                  OneLine.quote(value.toString())));
    }
    return value;
  }

  /** Adds the parameters that describe the question to it. */
  void addTo(PlanAsk.Builder ask) {
    numbers.forEach(
        (whole, number) -> {
          switch (whole) {
            case RANKS -> ask.ranks(number.intValue());
            case NODES -> ask.nodes(number.intValue());
            case GROUPS -> ask.groups(number.intValue());
            case SLOTS -> ask.slots(number.intValue());
            default -> {
              // The others say who asks, and for how long.
            }
          }
        });
    options.forEach(ask::option);
    if (policy != null) {
      ask.policy(policy);
    }
    if (failed != null) {
      ask.failed(failed);
    }
  }

  /**
   * Returns the place of the rank that asks.
   *
   * @throws InvalidInputException if rank, world and round are not given together, or the rank is
   *     not below the world
   */
  Optional<RankSeat> seat() {
    Long rank = numbers.get(Whole.RANK);
    Long world = numbers.get(Whole.WORLD);
    Long round = numbers.get(Whole.ROUND);
    if (rank == null && world == null && round == null) {
      return Optional.empty();
    }
    if (rank == null || world == null || round == null) {
      List<String> missing =
          Stream.of(Whole.RANK, Whole.WORLD, Whole.ROUND)
              .filter(whole -> !numbers.containsKey(whole))
              .map(whole -> whole.key)
              .toList();
      throw new InvalidInputException(
          "%s missing; give rank, world and round together, or none of them"
              .formatted(String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are")));
    }
    return Optional.of(new RankSeat(rank.intValue(), world.intValue(), round));
  }

  /** Returns the time within which the answer is wanted. */
  Duration deadline() {
    return Duration.ofMillis(numbers.getOrDefault(Whole.DEADLINE_MS, DEFAULT_DEADLINE_MS));
  }
}
