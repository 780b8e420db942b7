package io.eplb.server.message;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.config.RankSettings;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.round.RankSeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a question, collected from the query and then from a JSON body. A parameter may
 * be given in both if its value is the same. Used by one thread.
 */
final class Parameters {
  static final String POLICY = "policy";
  static final String DISPATCH = "dispatch";
  static final String FAILED = "failed";

  private static final Set<WholeParameter> WHOLE =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(WholeParameter.EXPERTS)));

  /** The names of all parameters but the options of the policy. */
  static final List<String> NAMES =
      Stream.concat(WHOLE.stream().map(WholeParameter::key), Stream.of(POLICY, DISPATCH, FAILED))
          .toList();

  private static final List<WholeParameter> SEAT =
      List.of(WholeParameter.RANK, WholeParameter.WORLD, WholeParameter.ROUND);
  private static final String OPTION = "option.";

  private final WholeNumbers numbers = new WholeNumbers();
  private final Map<String, String> options = new TreeMap<>();
  private @Nullable String policy;
  private @Nullable String dispatch;
  private @Nullable List<Integer> failed;

  private Parameters() {}

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
          parameters.add(name, GivenTwice.single(name, values));
        });
    return parameters;
  }

  private void add(String name, String value) {
    switch (name) {
      case POLICY -> policy(value);
      case DISPATCH -> dispatch(value);
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
    numbers.add(
        WholeParameter.of(key)
            .filter(WHOLE::contains)
            .orElseThrow(() -> new IllegalArgumentException(key + " is no number")),
        text);
  }

  /**
   * Adds the policy's name.
   *
   * @throws InvalidInputException if another one was given before
   */
  void policy(String name) {
    policy = GivenTwice.same(POLICY, policy, name);
  }

  /**
   * Adds the way in which the engine divides an expert's tokens among its replicas.
   *
   * @throws InvalidInputException if there is none of that name, or another one was given before
   */
  void dispatch(String label) {
    dispatch = GivenTwice.same(DISPATCH, dispatch, Dispatch.of(label).label());
  }

  /**
   * Adds an option of the policy.
   *
   * @throws InvalidInputException if it was given another value before
   */
  void option(String key, String value) {
    options.put(key, GivenTwice.same(OPTION + key, options.get(key), value));
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
    failed = GivenTwice.same(FAILED, failed, sorted);
  }

  /** Adds the parameters that describe the question to it. */
  void addTo(PlanAsk.Builder ask) {
    numbers.get(WholeParameter.RANKS).ifPresent(ask::ranks);
    numbers.get(WholeParameter.NODES).ifPresent(ask::nodes);
    numbers.get(WholeParameter.GROUPS).ifPresent(ask::groups);
    numbers.get(WholeParameter.SLOTS).ifPresent(ask::slots);
    options.forEach(ask::option);
    if (policy != null) {
      ask.policy(policy);
    }
    if (dispatch != null) {
      ask.dispatch(Dispatch.of(dispatch));
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
    List<String> missing =
        SEAT.stream().filter(part -> !numbers.has(part)).map(WholeParameter::key).toList();
    if (missing.size() == SEAT.size()) {
      return Optional.empty();
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "%s missing; give rank, world and round together, or none of them"
              .formatted(String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are")));
    }
    return Optional.of(
        new RankSeat(
            (int) numbers.require(WholeParameter.RANK),
            (int) numbers.require(WholeParameter.WORLD),
            numbers.require(WholeParameter.ROUND)));
  }

  /** Returns the time within which the answer is wanted. */
  Duration deadline() {
    return numbers.deadline();
  }
}
