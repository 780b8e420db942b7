package io.eplb.api;

import io.eplb.api.wording.Counted;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An expert table in force: layer × rank × slot → logical expert, every id within 0…E−1 and every
 * expert placed at least once in every layer (rule I3). A slot that its rank cannot use holds
 * {@link Placement#EMPTY} instead. Immutable, and always valid: it cannot be built otherwise.
 *
 * <p>Only the physical-to-logical direction is stored. Replica counts and logical-to-physical lists
 * are derived from it on first use, layer by layer, so they cannot disagree with it. A table can
 * hold two replicas of one expert on one rank, since some engines run such tables. Rule P4 says
 * whether a new table may.
 */
public final class ExpertTable {
  private final long version;
  private final int experts;
  private final Placement placement;

  /** One cell per layer; tables that have a layer in common share its cell. */
  private final IndexCell[] derived;

  private ExpertTable(long version, int experts, Placement placement, IndexCell[] derived) {
    this.version = version;
    this.experts = experts;
    this.placement = placement;
    this.derived = derived;
  }

  /**
   * Creates a table from a placement.
   *
   * @param version the placement version, 0 or more
   * @param experts logical experts per layer, 1 to {@value EpTopology#MAX_EXPERTS}
   * @throws InvalidInputException if the placement has an id that is neither within 0…E−1 nor
   *     {@link Placement#EMPTY}, or a layer that misses an expert (rule I3), naming layer, rank and
   *     slot
   */
  public static ExpertTable of(long version, int experts, Placement placement) {
    Require.inRange("placement version", version, 0L, Long.MAX_VALUE);
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    Require.notNull("placement", placement);
    IndexCell[] derived = new IndexCell[placement.layers()];
    int[] lastSeenIn = new int[experts];
    for (int layer = 0; layer < derived.length; layer++) {
      derived[layer] = new IndexCell(requireEveryExpert(placement, layer, lastSeenIn));
    }
    return new ExpertTable(version, experts, placement, derived);
  }

  /**
   * Checks the ids of a layer and rule I3; {@code lastSeenIn} holds stamps of other layers.
   *
   * @return whether a slot is EMPTY
   */
  private static boolean requireEveryExpert(Placement placement, int layer, int[] lastSeenIn) {
    int experts = lastSeenIn.length;
    int slots = placement.physicalExperts();
    int[] physicalToLogical = placement.physicalToLogical();
    int found = 0;
    boolean empty = false;
    for (int slot = 0; slot < slots; slot++) {
      int expert = physicalToLogical[layer * slots + slot];
      if (expert < 0 || expert >= experts) {
        if (expert == Placement.EMPTY) {
          empty = true;
          continue;
        }
        throw new InvalidInputException(
            "%s holds expert %s; experts are 0 to %s, and −1 stands for a slot that its rank cannot use"
                .formatted(at(layer, slot, placement.slotsPerRank()), expert, experts - 1));
      }
      if (lastSeenIn[expert] != layer + 1) {
        lastSeenIn[expert] = layer + 1;
        found++;
      }
    }
    if (found < experts) {
      throw new InvalidInputException(
          "I3: layer "
              + layer
              + " has no slot for expert "
              + firstMissing(lastSeenIn, layer + 1)
              + (experts - found > 1 ? " and " + (experts - found - 1) + " more" : "")
              + "; every expert needs at least one slot in every layer");
    }
    return empty;
  }

  /**
   * Returns the layout that engines start from, version 0: slot p of every layer holds expert p mod
   * E.
   *
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @throws InvalidInputException if {@code layers} is out of range, or the whole table would be
   *     larger than an array
   */
  public static ExpertTable initial(int layers, EpTopology topology) {
    Require.notNull("topology", topology);
    int slots = topology.physicalExperts();
    Placement.Builder builder =
        Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    int[] row = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      row[slot] = slot % topology.experts();
    }
    for (int layer = 0; layer < layers; layer++) {
      builder.setLayer(layer, row, 0);
    }
    return of(0, topology.experts(), builder.build());
  }

  /**
   * Returns this table with some layers taken from a placement, rows and replica order alike. Only
   * those layers are checked and derived anew; what is derived of the others, by this table or by
   * the new one, is shared between them.
   *
   * @param version the new table's placement version, 0 or more
   * @param layers the layers to take, in any order
   * @throws InvalidInputException if the placement has another shape, there is no such layer, or
   *     one of the layers has an id that is neither within 0…E−1 nor EMPTY, or misses an expert
   *     (rule I3)
   */
  public ExpertTable withLayers(long version, int[] layers, Placement source) {
    Require.inRange("placement version", version, 0L, Long.MAX_VALUE);
    Require.notNull("the list of layers", layers);
    requireShape(source);
    int slots = physicalExperts();
    Placement.Builder builder = Placement.builder(this);
    boolean ordered = placement.hasReplicaOrder() || source.hasReplicaOrder();
    IndexCell[] cells = derived.clone();
    int[] row = new int[slots];
    int[] lastSeenIn = new int[experts];
    for (int layer : layers) {
      Require.index("layer", layer, layers());
      Arrays.fill(lastSeenIn, 0);
      boolean empty = requireEveryExpert(source, layer, lastSeenIn);
      source.copyLayer(layer, row, 0);
      builder.setLayer(layer, row, 0);
      if (ordered) {
        source.copyReplicaOrder(layer, row, 0);
        builder.setReplicaOrder(layer, row, 0);
      }
      cells[layer] = new IndexCell(empty);
    }
    return new ExpertTable(version, experts, builder.build(), cells);
  }

  private static String at(int layer, int physical, int slotsPerRank) {
    return "layer %s, rank %s, slot %s"
        .formatted(layer, physical / slotsPerRank, physical % slotsPerRank);
  }

  private static int firstMissing(int[] lastSeenIn, int stamp) {
    int expert = 0;
    while (lastSeenIn[expert] == stamp) {
      expert++;
    }
    return expert;
  }

  /** Returns the placement version, 0 or more. */
  public long version() {
    return version;
  }

  /** Returns the number of layers. */
  public int layers() {
    return placement.layers();
  }

  /** Returns the logical experts of a layer. */
  public int experts() {
    return experts;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return placement.ranks();
  }

  /** Returns the slots of one rank in one layer. */
  public int slotsPerRank() {
    return placement.slotsPerRank();
  }

  /** Returns the slots of one layer over all ranks. */
  public int physicalExperts() {
    return placement.physicalExperts();
  }

  /** Returns the same content as a placement, without copying. */
  public Placement placement() {
    return placement;
  }

  /** Returns whether any slot is {@link Placement#EMPTY}. */
  public boolean hasEmptySlots() {
    for (IndexCell layer : derived) {
      if (layer.hasEmptySlots) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the expert of one slot, or {@link Placement#EMPTY}.
   *
   * @throws InvalidInputException if there is no such layer, rank or slot
   */
  public int expertAt(int layer, int rank, int slot) {
    return placement.expertAt(layer, rank, slot);
  }

  /**
   * Copies one layer's row of {@link #physicalExperts()} experts, rank by rank, {@link
   * Placement#EMPTY} where a rank cannot use the slot.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copyLayer(int layer, int[] destination, int offset) {
    placement.copyLayer(layer, destination, offset);
  }

  /**
   * Returns how many replicas an expert has in a layer, 1 or more.
   *
   * @throws InvalidInputException if there is no such layer or expert
   */
  public int replicaCount(int layer, int expert) {
    LayerIndex index = index(layer);
    Require.index("expert", expert, experts);
    return index.count(expert);
  }

  /**
   * Copies one layer's replica counts, one per expert.
   *
   * @throws InvalidInputException if there is no such layer or too little room
   */
  public void copyReplicaCounts(int layer, int[] destination, int offset) {
    LayerIndex index = index(layer);
    Require.room("a layer's replica counts", destination, offset, experts);
    for (int expert = 0; expert < experts; expert++) {
      destination[offset + expert] = index.count(expert);
    }
  }

  /**
   * Returns the physical slot (rank × slots per rank + slot) of one replica of an expert; replicas
   * are listed in the placement's replica order, by default by slot.
   *
   * @param replica 0 to {@link #replicaCount} − 1
   * @throws InvalidInputException if there is no such layer, expert or replica
   */
  public int physicalSlot(int layer, int expert, int replica) {
    LayerIndex index = index(layer);
    Require.index("expert", expert, experts);
    Require.index("replica", replica, index.count(expert));
    return index.slot(expert, replica);
  }

  /**
   * Returns the slot in which a rank holds an expert, or −1 if it does not; the lowest one, should
   * there be two.
   *
   * @throws InvalidInputException if there is no such layer, rank or expert
   */
  public int localSlot(int layer, int rank, int expert) {
    LayerIndex index = index(layer);
    Require.index("rank", rank, ranks());
    Require.index("expert", expert, experts);
    int best = -1;
    for (int replica = 0; replica < index.count(expert); replica++) {
      int physical = index.slot(expert, replica);
      int slot = physical % slotsPerRank();
      if (physical / slotsPerRank() == rank && (best < 0 || slot < best)) {
        best = slot;
      }
    }
    return best;
  }

  /**
   * Counts the replicas whose rank holds their expert in another slot already, over all layers: per
   * rank, the slots that hold an expert less the different experts in them.
   */
  public long duplicates() {
    int[] row = new int[physicalExperts()];
    int[] lastRank = new int[experts];
    long duplicates = 0;
    for (int layer = 0; layer < layers(); layer++) {
      copyLayer(layer, row, 0);
      Arrays.fill(lastRank, -1);
      for (int physical = 0; physical < row.length; physical++) {
        if (row[physical] == Placement.EMPTY) {
          continue;
        }
        int rank = physical / slotsPerRank();
        duplicates += lastRank[row[physical]] == rank ? 1 : 0;
        lastRank[row[physical]] = rank;
      }
    }
    return duplicates;
  }

  /**
   * Returns whether a layer is slot for slot the same as that of a placement.
   *
   * @throws InvalidInputException if layers, ranks or slots differ or there is no such layer
   */
  public boolean sameLayer(int layer, Placement other) {
    Require.index("layer", layer, layers());
    requireShape(other);
    int from = layer * physicalExperts();
    int to = from + physicalExperts();
    return Arrays.equals(
        placement.physicalToLogical(), from, to, other.physicalToLogical(), from, to);
  }

  private void requireShape(Placement other) {
    Require.notNull("the other placement", other);
    if (other.layers() != layers()
        || other.ranks() != ranks()
        || other.slotsPerRank() != slotsPerRank()) {
      throw new InvalidInputException(
          "cannot bring together " + placement + " and " + other + "; their shapes must agree");
    }
  }

  private LayerIndex index(int layer) {
    Require.index("layer", layer, layers());
    return derived[layer].get(placement, layer, experts);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExpertTable that
        && version == that.version
        && experts == that.experts
        && placement.equals(that.placement);
  }

  @Override
  public int hashCode() {
    return placement.hashCode() * 31 + Long.hashCode(version);
  }

  @Override
  public String toString() {
    return "ExpertTable[version %s, %s, %s]"
        .formatted(version, Counted.of(experts, "expert"), placement);
  }

  /**
   * Holds one layer's index from its first use on. A racing thread derives an equal one, which is
   * safe to publish by a race, since {@link LayerIndex} has final fields only.
   */
  private static final class IndexCell {
    private final boolean hasEmptySlots;
    private @Nullable LayerIndex index;

    IndexCell(boolean hasEmptySlots) {
      this.hasEmptySlots = hasEmptySlots;
    }

    LayerIndex get(Placement placement, int layer, int experts) {
      LayerIndex found = index;
      if (found == null) {
        found = LayerIndex.of(placement, layer, experts);
        index = found;
      }
      return found;
    }
  }

  /**
   * The logical-to-physical direction of one layer: the slots of expert e are {@code
   * slots[first[e]…first[e+1]−1]}.
   */
  private static final class LayerIndex {
    private final int[] first;
    private final int[] slots;

    private LayerIndex(int[] first, int[] slots) {
      this.first = first;
      this.slots = slots;
    }

    static LayerIndex of(Placement placement, int layer, int experts) {
      int physical = placement.physicalExperts();
      int base = layer * physical;
      int[] physicalToLogical = placement.physicalToLogical();
      int[] first = new int[experts + 1];
      for (int slot = 0; slot < physical; slot++) {
        if (physicalToLogical[base + slot] != Placement.EMPTY) {
          first[physicalToLogical[base + slot] + 1]++;
        }
      }
      for (int expert = 0; expert < experts; expert++) {
        first[expert + 1] += first[expert];
      }
      int[] next = Arrays.copyOf(first, experts);
      int[] slots = new int[first[experts]];
      int[] order = placement.replicaOrder();
      for (int slot = 0; slot < physical; slot++) {
        int expert = physicalToLogical[base + slot];
        if (expert == Placement.EMPTY) {
          continue;
        }
        int at = next[expert]++;
        if (order != null) {
          // Insertion by (key, slot): an expert has few replicas.
          while (at > first[expert] && order[base + slots[at - 1]] > order[base + slot]) {
            slots[at] = slots[at - 1];
            at--;
          }
        }
        slots[at] = slot;
      }
      return new LayerIndex(first, slots);
    }

    int count(int expert) {
      return first[expert + 1] - first[expert];
    }

    int slot(int expert, int replica) {
      return slots[first[expert] + replica];
    }
  }
}
