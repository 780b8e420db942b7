package io.eplb.server.planning;

import io.eplb.api.EpTopology;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.PolicyOption;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.NumberArray;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The sizes of a question: its arrays and numbers, with the configuration for what they leave out.
 *
 * <p>Example: {@code load} of 2 × 8 and {@code current} of 2 × 12 with {@code ranks} = 4 and {@code
 * slots} = 8 say that 6 ranks × 2 slots are to become 4 ranks × 2 slots.
 *
 * @param layers the layers
 * @param from the slots of the table in force
 * @param topology the group to plan for
 */
record AskShape(int layers, Slots from, EpTopology topology) {
  /**
   * The slots of a layer.
   *
   * @param ranks the ranks
   * @param perRank the slots of each
   */
  record Slots(int ranks, int perRank) {
    long total() {
      return (long) ranks * perRank;
    }

    @Override
    public String toString() {
      return Shape.slots(ranks, perRank);
    }
  }

  /**
   * Finds the sizes of a question.
   *
   * @throws InvalidInputException if two of them contradict each other, or one is missing
   * @throws InsufficientSlotsException if there are fewer slots than experts
   */
  static AskShape of(PlanAsk ask, EplbConfig config) {
    return new Finding(ask, config).shape();
  }

  /** Returns the shape to plan for. */
  Slots to() {
    return new Slots(topology.ranks(), topology.slotsPerRank());
  }

  /** Returns whether the table in force has another number of ranks or slots than asked for. */
  boolean rescaled() {
    return !from.equals(to());
  }

  /** Returns the name of the model: {@code 75x256}. */
  String model() {
    return layers + "x" + topology.experts();
  }

  /** The steps from a question to its sizes. */
  private static final class Finding {
    private final PlanAsk ask;
    private final EplbConfig config;
    private final NumberArray tokens;
    private final String tokensName;
    private final int layers;

    Finding(PlanAsk ask, EplbConfig config) {
      this.ask = ask;
      this.config = config;
      this.tokens = ask.tokens();
      this.tokensName = ask.perSlot() ? "workload" : "load";
      this.layers = tokens.length(ask.perSlot() ? -3 : -2);
    }

    AskShape shape() {
      ask.current().ifPresent(this::requireLike);
      int ranks = ranks();
      int experts = experts();
      int slots = slots(ranks, experts);
      if (slots % ranks != 0) {
        throw new InvalidInputException(
            "I4: slots is %s, ranks is %s; slots must be a multiple of ranks"
                .formatted(slots, ranks));
      }
      if (slots < experts) {
        throw new InsufficientSlotsException(
            "%s per layer for %s; every expert needs at least one slot"
                .formatted(Counted.of(slots, "slot"), Counted.of(experts, "expert")));
      }
      EpTopology topology =
          EpTopology.of(
              experts,
              ranks,
              number(ask.nodes(), Settings.NODES),
              number(ask.groups(), Settings.GROUPS),
              slots / ranks);
      return new AskShape(layers, from(ranks, slots), topology);
    }

    private int number(OptionalInt asked, PolicyOption<Long> setting) {
      return asked.orElseGet(() -> Math.toIntExact(config.get(setting)));
    }

    /** Checks that the table in force is of the shape of the tokens. */
    private void requireLike(NumberArray current) {
      boolean like = current.length(0) == layers;
      if (ask.perSlot()) {
        like &=
            current.dimensions() == 2
                ? current.length(1) == (long) tokens.length(-2) * tokens.length(-1)
                : current.length(1) == tokens.length(-2) && current.length(2) == tokens.length(-1);
      }
      if (!like) {
        throw new InvalidInputException(
            "I1: current is %s, %s is %s; they must agree on layers%s"
                .formatted(
                    current.shape(),
                    tokensName,
                    tokens.shape(),
                    ask.perSlot() ? ", ranks and slots" : ""));
      }
    }

    /** Returns the slots of the table in force, if an array says how many each rank has. */
    private Slots said() {
      NumberArray current = ask.current().filter(table -> table.dimensions() == 3).orElse(null);
      if (current != null) {
        return new Slots(current.length(1), current.length(2));
      }
      return ask.perSlot() ? new Slots(tokens.length(-2), tokens.length(-1)) : new Slots(0, 0);
    }

    private int ranks() {
      if (ask.ranks().isPresent()) {
        return ask.ranks().getAsInt();
      }
      if (said().ranks() > 0) {
        return said().ranks();
      }
      return Math.toIntExact(
          config
              .given(Settings.RANKS)
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "ranks is missing; say how many devices share the experts, such as ranks=32")));
    }

    private int experts() {
      if (!ask.perSlot()) {
        return tokens.length(-1);
      }
      if (ask.current().isEmpty()) {
        return unreplicated();
      }
      double[] ids = ask.current().get().values();
      double named = 1.0 + Arrays.stream(ids).max().orElse(0.0);
      boolean lost = Arrays.stream(ids).anyMatch(id -> id == Placement.EMPTY);
      if (lost && config.given(Settings.REDUNDANT_EXPERTS).isPresent()) {
        named = Math.max(named, unreplicated()); // The last experts may be among the lost ones.
      }
      // An id that no expert can have is refused when the table is read.
      return Double.isNaN(named)
          ? 1
          : (int) Math.max(1.0, Math.min(named, (double) said().total()));
    }

    /** Returns the slots of the workload that are not for redundant experts. */
    private int unreplicated() {
      int slots = requireSupported(said());
      int redundant = Math.toIntExact(config.get(Settings.REDUNDANT_EXPERTS));
      if (redundant >= slots) {
        throw new InvalidInputException(
            "I1: workload has %s per layer, num_redundant_experts is %s (%s); at least one slot must be left for an expert"
                .formatted(
                    Counted.of(slots, "slot"),
                    redundant,
                    config.origin(Settings.REDUNDANT_EXPERTS)));
      }
      return slots - redundant;
    }

    private int slots(int ranks, int experts) {
      if (ask.slots().isPresent()) {
        return ask.slots().getAsInt();
      }
      Slots said = said();
      if (said.ranks() > 0) {
        return requireSupported(new Slots(ranks, said.perRank()));
      }
      if (ask.current().isPresent()) {
        return ask.current().get().length(1);
      }
      int redundant = Math.toIntExact(config.get(Settings.REDUNDANT_EXPERTS));
      return EpTopology.withRedundantExperts(experts, ranks, 1, 1, redundant).physicalExperts();
    }

    private static int requireSupported(Slots slots) {
      if (slots.total() > EpTopology.MAX_PHYSICAL_EXPERTS) {
        throw new InvalidInputException(
            "%s are %s per layer; at most %s are supported"
                .formatted(
                    slots, Counted.of(slots.total(), "slot"), EpTopology.MAX_PHYSICAL_EXPERTS));
      }
      return (int) slots.total();
    }

    /**
     * Returns the slots of the table in force; a group that shrinks or grows keeps those of a rank.
     */
    private Slots from(int ranks, int slots) {
      Slots said = said();
      Slots to = new Slots(ranks, slots / ranks);
      if (said.ranks() > 0) {
        return said;
      }
      int width = ask.current().map(current -> current.length(1)).orElse(slots);
      if (width % to.perRank() == 0) {
        return new Slots(width / to.perRank(), to.perRank());
      }
      if (width % ranks == 0) {
        return new Slots(ranks, width / ranks);
      }
      throw new InvalidInputException(
          "I1: current has %s per layer, which is neither a multiple of the %s nor of the %s of a rank (slots is %s); give current as layers × ranks × slots"
              .formatted(
                  Counted.of(width, "slot"),
                  Counted.of(ranks, "rank"),
                  Counted.of(to.perRank(), "slot"),
                  slots));
    }
  }
}
