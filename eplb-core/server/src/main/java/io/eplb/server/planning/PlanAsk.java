package io.eplb.server.planning;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.argument.Require;
import io.eplb.core.format.NumberArray;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A question of an engine, as it was asked: what it leaves out comes from the configuration.
 * Immutable; two questions are the same if their {@linkplain #digest() digests} are.
 */
public final class PlanAsk {
  private static final Pattern GROUP_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final int HASHED_AT_ONCE = 1 << 10;

  private final String group;
  private final NumberArray tokens;
  private final boolean perSlot;
  private final @Nullable NumberArray current;
  private final @Nullable Integer ranks;
  private final @Nullable Integer nodes;
  private final @Nullable Integer groups;
  private final @Nullable Integer slots;
  private final @Nullable String policy;
  private final SortedMap<String, String> options;
  private final @Nullable List<Integer> failed;
  private final @Nullable Dispatch dispatch;
  private final String digest;

  private PlanAsk(Builder builder) {
    this.group = builder.group;
    this.tokens = builder.tokens;
    this.perSlot = builder.perSlot;
    this.current = builder.current;
    this.ranks = builder.ranks;
    this.nodes = builder.nodes;
    this.groups = builder.groups;
    this.slots = builder.slots;
    this.policy = builder.policy;
    this.options = Collections.unmodifiableSortedMap(new TreeMap<>(builder.options));
    this.failed = builder.failed == null ? null : builder.failed.stream().sorted().toList();
    this.dispatch = builder.dispatch;
    this.digest = computeDigest();
  }

  /**
   * Starts a question with the load of every expert.
   *
   * @param group 1 to 64 letters, digits, dots, dashes or underscores; the first a letter or digit
   * @param load [layers, experts] or [windows, layers, experts] tokens
   * @throws InvalidInputException if the name or the number of dimensions is wrong
   */
  public static Builder ofLoad(String group, NumberArray load) {
    requireDimensions("load", load, 2, 3, "[layers, experts] or [windows, layers, experts]");
    return new Builder(requireGroup(group), load, false);
  }

  /**
   * Starts a question with the load of every slot.
   *
   * @param workload [layers, ranks, slots] or [windows, layers, ranks, slots] tokens
   * @throws InvalidInputException as {@link #ofLoad}
   */
  public static Builder ofWorkload(String group, NumberArray workload) {
    requireDimensions(
        "workload", workload, 3, 4, "[layers, ranks, slots] or [windows, layers, ranks, slots]");
    return new Builder(requireGroup(group), workload, true);
  }

  /**
   * Checks the name of a group.
   *
   * @return the name
   * @throws InvalidInputException if it is no name
   */
  public static String requireGroup(String group) {
    if (!GROUP_NAME.matcher(group).matches()) {
      throw new InvalidInputException(
          "%s is no name of a group; expected 1 to 64 letters, digits, dots, dashes or underscores, the first a letter or a digit"
              .formatted(OneLine.quote(group)));
    }
    return group;
  }

  private static void requireDimensions(
      String name, NumberArray array, int least, int most, String expected) {
    if (array.dimensions() < least || array.dimensions() > most) {
      throw new InvalidInputException(
          "%s has %s dimensions; expected %s".formatted(name, array.dimensions(), expected));
    }
  }

  /** Returns the group's name. */
  public String group() {
    return group;
  }

  /** Returns the measured tokens, by expert or by slot. */
  public NumberArray tokens() {
    return tokens;
  }

  /** Returns whether the tokens are given by slot. */
  public boolean perSlot() {
    return perSlot;
  }

  /** Returns the table in force, [layers, ranks, slots] or [layers, slots]. */
  public Optional<NumberArray> current() {
    return Optional.ofNullable(current);
  }

  /** Returns the number of ranks to plan for. */
  public OptionalInt ranks() {
    return optional(ranks);
  }

  /** Returns the number of nodes. */
  public OptionalInt nodes() {
    return optional(nodes);
  }

  /** Returns the number of expert groups. */
  public OptionalInt groups() {
    return optional(groups);
  }

  /** Returns the slots of a layer on all ranks together. */
  public OptionalInt slots() {
    return optional(slots);
  }

  /** Returns the policy's name. */
  public Optional<String> policy() {
    return Optional.ofNullable(policy);
  }

  /** Returns the policy's options by name. */
  public Map<String, String> options() {
    return options;
  }

  /** Returns the ranks that have failed, ascending; an empty list says that none has. */
  public Optional<List<Integer>> failed() {
    return Optional.ofNullable(failed);
  }

  /** Returns the way in which the engine divides an expert's tokens among its replicas. */
  public Optional<Dispatch> dispatch() {
    return Optional.ofNullable(dispatch);
  }

  /** Returns the SHA-256 of the whole question in hexadecimal. */
  public String digest() {
    return digest;
  }

  private static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private String computeDigest() {
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, group);
    hasher.putBoolean(perSlot);
    put(hasher, tokens);
    hasher.putBoolean(current != null);
    if (current != null) {
      put(hasher, current);
    }
    for (Integer number : new Integer[] {ranks, nodes, groups, slots}) {
      hasher.putInt(number == null ? -1 : number);
    }
    hasher.putBoolean(policy != null);
    put(hasher, policy == null ? "" : policy);
    hasher.putInt(options.size());
    options.forEach(
        (key, value) -> {
          put(hasher, key);
          put(hasher, value);
        });
    hasher.putInt(failed == null ? -1 : failed.size());
    if (failed != null) {
      failed.forEach(hasher::putInt);
    }
    if (dispatch != null) {
      put(hasher, dispatch.label());
    }
    return hasher.hash().toString();
  }

  private static void put(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  private static void put(Hasher hasher, NumberArray array) {
    hasher.putInt(array.dimensions());
    for (int dimension = 0; dimension < array.dimensions(); dimension++) {
      hasher.putInt(array.length(dimension));
    }
    // A chunk at a time: the hasher's own way, a value at a time, costs as much as the hash.
    double[] values = array.values();
    byte[] chunk = new byte[Math.min(values.length, HASHED_AT_ONCE) * Double.BYTES];
    DoubleBuffer doubles = ByteBuffer.wrap(chunk).asDoubleBuffer();
    for (int from = 0; from < values.length; from += HASHED_AT_ONCE) {
      int count = Math.min(HASHED_AT_ONCE, values.length - from);
      doubles.put(0, values, from, count);
      hasher.putBytes(chunk, 0, count * Double.BYTES);
    }
  }

  @Override
  public String toString() {
    return "PlanAsk[" + group + ", " + digest.substring(0, 12) + "]";
  }

  /** Collects a question. Used by one thread. */
  public static final class Builder {
    private final String group;
    private final NumberArray tokens;
    private final boolean perSlot;
    private final SortedMap<String, String> options = new TreeMap<>();
    private @Nullable NumberArray current;
    private @Nullable Integer ranks;
    private @Nullable Integer nodes;
    private @Nullable Integer groups;
    private @Nullable Integer slots;
    private @Nullable String policy;
    private @Nullable List<Integer> failed;
    private @Nullable Dispatch dispatch;

    private Builder(String group, NumberArray tokens, boolean perSlot) {
      this.group = group;
      this.tokens = tokens;
      this.perSlot = perSlot;
    }

    /**
     * Sets the table in force.
     *
     * @param table [layers, ranks, slots] or [layers, slots] expert ids, −1 where a slot is empty
     */
    public Builder current(NumberArray table) {
      requireDimensions("current", table, 2, 3, "[layers, ranks, slots] or [layers, slots]");
      this.current = table;
      return this;
    }

    /** Sets the number of ranks to plan for. */
    public Builder ranks(int ranks) {
      this.ranks = Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
      return this;
    }

    /** Sets the number of nodes. */
    public Builder nodes(int nodes) {
      this.nodes = Require.inRange("nodes", nodes, 1, EpTopology.MAX_RANKS);
      return this;
    }

    /** Sets the number of expert groups. */
    public Builder groups(int groups) {
      this.groups = Require.inRange("groups", groups, 1, EpTopology.MAX_EXPERTS);
      return this;
    }

    /** Sets the slots of a layer on all ranks together. */
    public Builder slots(int slots) {
      this.slots = Require.inRange("slots", slots, 1, Integer.MAX_VALUE);
      return this;
    }

    /** Sets the policy's name. */
    public Builder policy(String name) {
      this.policy = name;
      return this;
    }

    /** Sets an option of the policy. */
    public Builder option(String key, String value) {
      options.put(key, value);
      return this;
    }

    /** Sets the ranks that have failed. */
    public Builder failed(List<Integer> ranks) {
      this.failed = new ArrayList<>(ranks);
      return this;
    }

    /** Sets the way in which the engine divides an expert's tokens among its replicas. */
    public Builder dispatch(Dispatch dispatch) {
      this.dispatch = dispatch;
      return this;
    }

    /** Returns the question. */
    public PlanAsk build() {
      return new PlanAsk(this);
    }
  }
}
