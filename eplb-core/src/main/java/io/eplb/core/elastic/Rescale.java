package io.eplb.core.elastic;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table taken to another number of ranks, or of slots per rank, with as few copies as possible.
 * Immutable.
 *
 * <p>Ranks that leave give up their slots, new ranks come behind the others with empty ones, and
 * ranks that were dead and stay are given back. If ranks get fewer slots, each keeps experts so
 * that as few as possible are kept nowhere. Then experts that live nowhere are copied from the
 * ranks that leave, and empty slots are filled ({@link LayerRepair}); a policy balances afterwards.
 *
 * <p>Lower bound of the copies of a layer: max(F, L). F is the number of slots of the ranks that
 * stay or join which none of the experts that their rank holds can fill: each needs a copy. L is
 * the number of experts that the ranks that stay cannot keep, whichever each of them keeps: each
 * needs a copy, too, and one copy can serve both. The table always meets the bound.
 *
 * <p>The steps say how to get there while every expert has a slot all the time: ranks that join and
 * slots that are added are there from the beginning, ranks that leave and slots that are dropped
 * until the end. In the steps a rank has the number that it had before; new ranks are counted on
 * from the former number of ranks.
 */
public final class Rescale {
  private final ExpertTable table;
  private final List<Reload> steps;
  private final int[] formerRanks;
  private final int[] leaving;
  private final int[] copies;
  private final int[] leastCopies;

  private Rescale(
      ExpertTable table,
      List<Reload> steps,
      int[] formerRanks,
      int[] leaving,
      int[] copies,
      int[] leastCopies) {
    this.table = table;
    this.steps = steps;
    this.formerRanks = formerRanks;
    this.leaving = leaving;
    this.copies = copies;
    this.leastCopies = leastCopies;
  }

  /**
   * Rescales a table; if ranks leave, the dead ones are the first, then the last ones.
   *
   * @param current the table in force; a rank without any expert is dead
   * @param ranks the ranks to come, 1 to {@value EpTopology#MAX_RANKS}
   * @param slotsPerRank their slots, 1 to {@value EpTopology#MAX_SLOTS_PER_RANK}
   * @param expertLoads layers × experts tokens, each finite and at least 0; an empty array if they
   *     are not known, so that all experts count alike
   * @throws InvalidInputException if a number is out of range or a load invalid
   * @throws InsufficientSlotsException if the slots are fewer than the experts; the message names
   *     the experts that would have none
   */
  public static Rescale of(ExpertTable current, int ranks, int slotsPerRank, double[] expertLoads) {
    int most = Math.max(0, current.ranks() - ranks);
    int[] dead =
        IntStream.range(0, current.ranks())
            .filter(rank -> dead(current, rank))
            .limit(most)
            .toArray();
    BitSet leaving = new BitSet();
    Arrays.stream(dead).forEach(leaving::set);
    for (int rank = current.ranks() - 1; leaving.cardinality() < most; rank--) {
      leaving.set(rank);
    }
    return of(current, ranks, slotsPerRank, leaving.stream().toArray(), expertLoads);
  }

  private static boolean dead(ExpertTable table, int rank) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Rescales a table from which some ranks leave.
   *
   * @param leaving the ranks that leave, each once; as many as there are too many
   * @throws InvalidInputException as the other method, and if a rank does not exist or is named
   *     twice, or another number of them has to leave
   * @throws InsufficientSlotsException as the other method
   */
  public static Rescale of(
      ExpertTable current, int ranks, int slotsPerRank, int[] leaving, double[] expertLoads) {
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    Require.inRange("slots per rank", slotsPerRank, 1, EpTopology.MAX_SLOTS_PER_RANK);
    ElasticInput.requireLoads(current, expertLoads);
    BitSet gone = leavingSet(current, ranks, leaving);
    int former = current.ranks();
    int joint = Math.max(former, ranks);
    int jointSlots = Math.max(current.slotsPerRank(), slotsPerRank);
    long slots = (long) joint * jointSlots;
    if (slots > EpTopology.MAX_PHYSICAL_EXPERTS) {
      throw new InvalidInputException(
          "rescaling needs %s per layer for the ranks that stay, leave and join; at most %s are supported, change ranks and slots one after the other"
              .formatted(Counted.of(slots, "slot"), EpTopology.MAX_PHYSICAL_EXPERTS));
    }
    int[] staying = IntStream.range(0, joint).filter(rank -> !gone.get(rank)).toArray();
    Work work = new Work(current, staying, joint, jointSlots, slotsPerRank);
    Placement.Builder placement = Placement.builder(current.layers(), ranks, slotsPerRank);
    work.run(expertLoads, placement);
    ExpertTable table = ExpertTable.of(current.version() + 1, current.experts(), placement.build());
    boolean same = table.placement().equals(current.placement());
    return new Rescale(
        same ? current : table,
        work.reloads.reloads(),
        Arrays.stream(staying).map(rank -> rank < former ? rank : -1).toArray(),
        gone.stream().toArray(),
        work.copies,
        work.leastCopies);
  }

  private static BitSet leavingSet(ExpertTable current, int ranks, int[] leaving) {
    int tooMany = Math.max(0, current.ranks() - ranks);
    BitSet gone = new BitSet();
    for (int rank : leaving) {
      Require.index("rank", rank, current.ranks());
      if (gone.get(rank)) {
        throw new InvalidInputException(
            "rank " + rank + " is named twice among the leaving ones; name it once");
      }
      gone.set(rank);
    }
    if (leaving.length != tooMany) {
      throw new InvalidInputException(
          "%s named to leave; from %s to %s %s"
              .formatted(
                  leaving.length == 1 ? "1 rank is" : leaving.length + " ranks are",
                  Counted.of(current.ranks(), "rank"),
                  ranks,
                  tooMany == 0 ? "none leaves" : tooMany == 1 ? "1 leaves" : tooMany + " leave"));
    }
    return gone;
  }

  /** Returns the table to come, of the next version; the current one itself if it is the same. */
  public ExpertTable table() {
    return table;
  }

  /** Returns the writes, layer by layer, in an order in which every expert always has a slot. */
  public List<Reload> steps() {
    return steps;
  }

  /** Returns, for each rank to come, the number that it has now, or −1 for a new rank. */
  public int[] formerRanks() {
    return formerRanks.clone();
  }

  /** Returns the ranks that leave, in ascending order. */
  public int[] leaving() {
    return leaving.clone();
  }

  /** Returns the copies from rank to rank or from the checkpoint, over all layers. */
  public long copies() {
    return Arrays.stream(copies).asLongStream().sum();
  }

  /** Returns the lower bound of the copies, over all layers. */
  public long leastCopies() {
    return Arrays.stream(leastCopies).asLongStream().sum();
  }

  /**
   * Returns the copies of a layer.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int copies(int layer) {
    return copies[Require.index("layer", layer, copies.length)];
  }

  /**
   * Returns the lower bound of the copies of a layer.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int leastCopies(int layer) {
    return leastCopies[Require.index("layer", layer, leastCopies.length)];
  }

  /**
   * The memory and the results of one rescaling. Its rows have all ranks, those that leave and
   * those that join, and the larger number of slots.
   */
  private static final class Work {
    private final ExpertTable current;
    private final int[] staying;
    private final int jointSlots;
    private final int slotsPerRank;
    private final int[] row;
    private final int[] kept;
    private final int[] after;
    private final int[] usable;
    private final LayerRow state;
    private final LayerRepair repair;
    private final KeptExperts.Scratch keeping;
    private final ReloadList reloads;
    private final int[] copies;
    private final int[] leastCopies;

    Work(ExpertTable current, int[] staying, int joint, int jointSlots, int slotsPerRank) {
      this.current = current;
      this.staying = staying;
      this.jointSlots = jointSlots;
      this.slotsPerRank = slotsPerRank;
      int experts = current.experts();
      this.row = new int[joint * jointSlots];
      this.kept = new int[row.length];
      this.after = new int[row.length];
      this.usable = new int[joint];
      for (int rank : staying) {
        usable[rank] = slotsPerRank;
      }
      double[] speeds = new double[joint];
      Arrays.fill(speeds, 1.0);
      this.state = new LayerRow(experts, joint, jointSlots, speeds);
      this.repair =
          new LayerRepair(
              state, usable, new GroupHomes(EpTopology.of(experts, joint, 1, 1, jointSlots)));
      this.keeping = new KeptExperts.Scratch(experts, joint, jointSlots);
      this.reloads = new ReloadList(new LayerRow(experts, joint, jointSlots, speeds), joint);
      this.copies = new int[current.layers()];
      this.leastCopies = new int[current.layers()];
    }

    void run(double[] expertLoads, Placement.Builder placement) {
      int usableSlots = staying.length * slotsPerRank;
      SlotShortage shortage = new SlotShortage(usableSlots, current.experts());
      int[] compact = new int[usableSlots];
      for (int layer = 0; layer < current.layers(); layer++) {
        load(layer);
        keep(expertLoads, layer * current.experts());
        if (shortage.exists()) {
          shortage.add(layer, repair);
          continue;
        }
        int free = freeSlots();
        leastCopies[layer] = Math.max(free, repair.run());
        state.copyTo(after, 0);
        copies[layer] = reloads.add(layer, row, after);
        for (int rank = 0; rank < staying.length; rank++) {
          System.arraycopy(
              after, staying[rank] * jointSlots, compact, rank * slotsPerRank, slotsPerRank);
        }
        placement.setLayer(layer, compact, 0);
      }
      shortage.throwIfExists();
    }

    /** Loads a layer's row as it is. */
    private void load(int layer) {
      int slots = current.slotsPerRank();
      current.copyLayer(layer, after, 0);
      Arrays.fill(row, Placement.EMPTY);
      for (int rank = 0; rank < current.ranks(); rank++) {
        System.arraycopy(after, rank * slots, row, rank * jointSlots, slots);
      }
    }

    /** Starts the state with the experts that the ranks that stay can keep. */
    private void keep(double[] expertLoads, int offset) {
      Arrays.fill(kept, Placement.EMPTY);
      for (int rank : staying) {
        System.arraycopy(row, rank * jointSlots, kept, rank * jointSlots, jointSlots);
      }
      state.start(kept, 0, expertLoads, offset);
      if (slotsPerRank < jointSlots) {
        KeptExperts.choose(state, slotsPerRank, kept, keeping);
        state.start(kept, 0, expertLoads, offset);
      }
    }

    private int freeSlots() {
      int free = 0;
      for (int rank : staying) {
        for (int slot = rank * jointSlots; slot < rank * jointSlots + slotsPerRank; slot++) {
          free += kept[slot] == Placement.EMPTY ? 1 : 0;
        }
      }
      return free;
    }
  }
}
