package io.eplb.server.planning;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Listed;
import io.eplb.core.config.RankSettings;
import io.eplb.core.elastic.Repair;
import io.eplb.core.elastic.Rescale;
import io.eplb.core.format.NumberArray;
import io.eplb.server.planning.AskShape.Slots;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The table with which an engine asks, and the ranks as they are.
 *
 * <p>An engine may have lost experts with its failed ranks, whose slots are then −1. An {@link
 * ExpertTable} holds every expert, so {@link #fitted} puts each lost one into such a slot before it
 * repairs the table: the repair knows that the rank is dead, and gives the expert a living one.
 *
 * <p>Example: 2 ranks × 2 slots of 3 experts, rank 1 failed: {@code [0 1] [-1 -1]} is taken as
 * {@code [0 1] [2 -1]}, and the repair refuses, since 2 living slots are too few.
 */
final class TableInForce {
  /** The name of the table in messages. */
  private static final String NAME = "current";

  private final AskShape shape;
  private final int[] ids;
  private final EpRanks ranks;
  private final List<Integer> leavingFirst;

  private TableInForce(AskShape shape, int[] ids, EpRanks ranks, List<Integer> leavingFirst) {
    this.shape = shape;
    this.ids = ids;
    this.ranks = ranks;
    this.leavingFirst = leavingFirst;
  }

  /**
   * Reads and checks the table of a question, the initial layout if it has none.
   *
   * @param settings the ranks as the configuration describes them
   * @throws InvalidInputException if an id is no expert, a slot of a living rank is empty, an
   *     expert is missing although no rank can have lost it, or the failed ranks contradict the
   *     table or the group
   * @throws io.eplb.api.InsufficientSlotsException if the living ranks have too few slots
   */
  static TableInForce of(PlanAsk ask, AskShape shape, RankSettings settings) {
    int[] ids = ask.current().map(table -> ids(table, shape)).orElseGet(() -> initial(shape));
    BitSet empty = emptyRanks(ids, shape);
    Optional<List<Integer>> failed = ask.failed();
    EpRanks ranks;
    List<Integer> leavingFirst = List.of();
    if (shape.rescaled()) {
      leavingFirst = leavingFirst(failed, empty, shape);
      RankSettings later = failed.isPresent() ? settings.withFailed(List.of(), "failed") : settings;
      ranks = later.ranks(shape.topology());
    } else {
      EpRanks.Builder stored = EpRanks.nominal(shape.topology()).toBuilder();
      empty.stream().forEach(rank -> stored.usableSlots(rank, 0));
      RankSettings now = failed.map(list -> settings.withFailed(list, "failed")).orElse(settings);
      ranks = now.ranks(stored.build(), NAME);
    }
    BitSet mayBeEmpty = (BitSet) empty.clone();
    leavingFirst.forEach(mayBeEmpty::set);
    for (int rank = 0; !shape.rescaled() && rank < ranks.ranks(); rank++) {
      mayBeEmpty.set(rank, mayBeEmpty.get(rank) || !ranks.living(rank));
    }
    requireFull(ids, shape, mayBeEmpty);
    TableInForce table = new TableInForce(shape, ids, ranks, leavingFirst);
    if (ranks.physicalUsable() < shape.topology().experts()) {
      table.fitted(table.table(0), new double[0]); // refuses, and names the experts
    }
    return table;
  }

  private static int[] ids(NumberArray table, AskShape shape) {
    int experts = shape.topology().experts();
    double[] values = table.values();
    int[] ids = new int[values.length];
    for (int at = 0; at < ids.length; at++) {
      ids[at] = (int) values[at];
      if (ids[at] != values[at] || ids[at] < Placement.EMPTY || ids[at] >= experts) {
        throw new InvalidInputException(
            "I1: current has %s at %s; experts are 0 to %s, and -1 stands for an empty slot of a failed rank"
                .formatted(plain(values[at]), place(at, shape), experts - 1));
      }
    }
    return ids;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static String place(int at, AskShape shape) {
    int perRank = shape.from().perRank();
    int slots = Math.toIntExact(shape.from().total());
    return "layer %s, rank %s, slot %s".formatted(at / slots, at % slots / perRank, at % perRank);
  }

  private static int[] initial(AskShape shape) {
    EpTopology topology =
        EpTopology.of(
            shape.topology().experts(), shape.from().ranks(), 1, 1, shape.from().perRank());
    return rows(ExpertTable.initial(shape.layers(), topology));
  }

  private static int[] rows(ExpertTable table) {
    int[] rows = new int[table.layers() * table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, rows, layer * table.physicalExperts());
    }
    return rows;
  }

  private static BitSet emptyRanks(int[] ids, AskShape shape) {
    BitSet empty = new BitSet();
    empty.set(0, shape.from().ranks());
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] != Placement.EMPTY) {
        empty.clear(rank(at, shape));
      }
    }
    return empty;
  }

  private static int rank(int at, AskShape shape) {
    return at / shape.from().perRank() % shape.from().ranks();
  }

  /** Returns the ranks that leave before others: the failed ones, or those without any expert. */
  private static List<Integer> leavingFirst(
      Optional<List<Integer>> failed, BitSet empty, AskShape shape) {
    int leave = Math.max(0, shape.from().ranks() - shape.to().ranks());
    List<Integer> first = failed.orElseGet(() -> empty.stream().limit(leave).boxed().toList());
    BitSet once = new BitSet();
    for (int rank : first) {
      if (rank < 0 || rank >= shape.from().ranks() || once.get(rank)) {
        throw new InvalidInputException(
            "failed: rank %s is %s; current has the ranks 0 to %s"
                .formatted(
                    rank,
                    rank >= 0 && once.get(rank) ? "named twice" : "no rank",
                    shape.from().ranks() - 1));
      }
      once.set(rank);
    }
    if (first.size() > leave) {
      throw new InvalidInputException(
          "I1: failed names %s, but from %s to %s %s leave; let all failed ranks leave, or plan with the ranks of current first"
              .formatted(
                  Listed.of("rank", first),
                  shape.from(),
                  shape.to(),
                  leave == 0 ? "none" : "only " + leave));
    }
    return first;
  }

  /** Checks that slots are empty, and experts lost, on failed ranks alone. */
  private static void requireFull(int[] ids, AskShape shape, BitSet mayBeEmpty) {
    int slots = Math.toIntExact(shape.from().total());
    int experts = shape.topology().experts();
    for (int layer = 0; layer < shape.layers(); layer++) {
      BitSet there = new BitSet(experts);
      int room = 0;
      for (int at = layer * slots; at < (layer + 1) * slots; at++) {
        if (ids[at] != Placement.EMPTY) {
          there.set(ids[at]);
        } else if (mayBeEmpty.get(rank(at, shape))) {
          room++;
        } else {
          throw new InvalidInputException(
              "I1: current has no expert (-1) at %s, but rank %s has not failed; give the slot an expert, or name the rank in failed"
                  .formatted(place(at, shape), rank(at, shape)));
        }
      }
      int missing = experts - there.cardinality();
      if (missing > room) {
        throw new InvalidInputException(
            "I3: current has no slot for expert %s in layer %s%s; every expert needs at least one slot in every layer, unless failed ranks have lost it"
                .formatted(
                    there.nextClearBit(0),
                    layer,
                    missing == 1 ? "" : ", nor for " + (missing - 1) + " more"));
      }
    }
  }

  /** Returns layers × slots experts as the engine gave them, EMPTY where it has none. */
  int[] ids() {
    return ids;
  }

  /** Returns the ranks of the group to plan for. */
  EpRanks ranks() {
    return ranks;
  }

  /** Returns whether a table of an earlier plan is this one. */
  boolean sameAs(ExpertTable earlier) {
    return shapedLike(earlier)
        && IntStream.range(0, shape.layers()).allMatch(layer -> sameRow(earlier, layer));
  }

  /** Returns whether a table has the shape of this one. */
  boolean shapedLike(ExpertTable other) {
    return other.layers() == shape.layers()
        && other.experts() == shape.topology().experts()
        && other.ranks() == shape.from().ranks()
        && other.slotsPerRank() == shape.from().perRank();
  }

  /** Returns whether a layer has the row of a table of the same shape. */
  boolean sameRow(ExpertTable other, int layer) {
    int[] row = new int[other.physicalExperts()];
    other.copyLayer(layer, row, 0);
    return Arrays.equals(row, 0, row.length, ids, layer * row.length, (layer + 1) * row.length);
  }

  /** Returns this as a table, with every lost expert on a failed rank. */
  ExpertTable table(long version) {
    int[] full = ids.clone();
    int slots = Math.toIntExact(shape.from().total());
    for (int layer = 0; layer < shape.layers(); layer++) {
      BitSet there = new BitSet();
      for (int at = layer * slots; at < (layer + 1) * slots; at++) {
        if (ids[at] != Placement.EMPTY) {
          there.set(ids[at]);
        }
      }
      int missing = there.nextClearBit(0);
      for (int at = layer * slots; missing < shape.topology().experts(); at++) {
        if (ids[at] == Placement.EMPTY) {
          full[at] = missing;
          missing = there.nextClearBit(missing + 1);
        }
      }
    }
    Slots from = shape.from();
    return ExpertTable.of(
        version,
        shape.topology().experts(),
        Placement.of(shape.layers(), from.ranks(), from.perRank(), full));
  }

  /**
   * A table that fits the group to plan for.
   *
   * @param table the table
   * @param formerRanks for each of its ranks the number it has in the table in force, −1 if new
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Fitted(ExpertTable table, int[] formerRanks) {}

  /**
   * Takes the table to the ranks and slots asked for, and repairs it.
   *
   * @param table this table, as {@link #table} gives it
   * @param loads layers × experts tokens, or none if they are not known
   * @throws io.eplb.api.InsufficientSlotsException if the living ranks have too few slots
   */
  Fitted fitted(ExpertTable table, double[] loads) {
    ExpertTable scaled = table;
    int[] formerRanks = IntStream.range(0, table.ranks()).toArray();
    if (shape.rescaled()) {
      Slots to = shape.to();
      Rescale rescale = Rescale.of(table, to.ranks(), to.perRank(), leaving(), loads);
      scaled = rescale.table();
      formerRanks = rescale.formerRanks();
    }
    return new Fitted(Repair.of(scaled, shape.topology(), ranks, loads).table(), formerRanks);
  }

  private int[] leaving() {
    BitSet leaving = new BitSet();
    leavingFirst.forEach(leaving::set);
    int leave = shape.from().ranks() - shape.to().ranks();
    for (int rank = shape.from().ranks() - 1; leaving.cardinality() < leave; rank--) {
      leaving.set(rank);
    }
    return leaving.stream().toArray();
  }
}
