package io.eplb.core.elastic;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import java.util.List;

/**
 * A table made to fit the ranks as they are. Slots that a rank cannot use become EMPTY; each expert
 * that then lives nowhere gets one slot; slots that can be used again are filled with copies. Both
 * take as few reloads as possible, and among those keep the peak low ({@link LayerRepair} says
 * how). Immutable.
 *
 * <p>The answer depends on the arguments alone, so survivors that compute it apart agree. Without
 * loads every expert counts alike.
 *
 * <pre>{@code
 * EpRanks left = EpRanks.builder(topology).usableSlots(3, 0).build(); // rank 3 is dead
 * Repair repair = Repair.of(table, topology, left, loads);
 * repair.reloads(); // what every rank has to load, and from where
 * }</pre>
 */
public final class Repair {
  private final ExpertTable table;
  private final List<Reload> reloads;
  private final int[] lost;

  private Repair(ExpertTable table, List<Reload> reloads, int[] lost) {
    this.table = table;
    this.reloads = reloads;
    this.lost = lost;
  }

  /**
   * Repairs a table without knowing loads.
   *
   * @throws InvalidInputException if the shapes differ
   * @throws InsufficientSlotsException if the usable slots are fewer than the experts; the message
   *     names the experts that would have none
   */
  public static Repair of(ExpertTable current, EpTopology topology, EpRanks ranks) {
    return of(current, topology, ranks, new double[0]);
  }

  /**
   * Repairs a table.
   *
   * @param current the table in force
   * @param topology its shape; experts of a group stay on the node where the group lives, if there
   *     is room without more reloads
   * @param ranks the ranks as they are now
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @throws InvalidInputException if the shapes differ or a load is invalid
   * @throws InsufficientSlotsException if the usable slots are fewer than the experts; the message
   *     names the experts that would have none
   */
  public static Repair of(
      ExpertTable current, EpTopology topology, EpRanks ranks, double[] expertLoads) {
    ElasticInput.requireShape(current, topology, ranks);
    ElasticInput.requireLoads(current, expertLoads);
    int[] usable = new int[ranks.ranks()];
    double[] speeds = new double[ranks.ranks()];
    ranks.copyUsableSlots(usable, 0);
    ranks.copySpeeds(speeds, 0);
    int slots = topology.slotsPerRank();
    int[] row = new int[topology.physicalExperts()];
    int[] after = new int[row.length];
    int[] lost = new int[current.layers()];
    LayerRow state = new LayerRow(topology.experts(), topology.ranks(), slots, speeds);
    LayerRepair repair = new LayerRepair(state, usable, new GroupHomes(topology));
    ReloadList reloads =
        new ReloadList(
            new LayerRow(topology.experts(), topology.ranks(), slots, speeds),
            topology.ranksPerNode());
    SlotShortage shortage = new SlotShortage(ranks.physicalUsable(), topology.experts());
    Placement.Builder repaired = Placement.builder(current);
    boolean changed = false;
    for (int layer = 0; layer < lost.length; layer++) {
      current.copyLayer(layer, row, 0);
      repair.findHomes(row);
      boolean fits = empty(row, usable, slots);
      state.start(row, 0, expertLoads, layer * topology.experts());
      if (shortage.exists()) {
        shortage.add(layer, repair);
      } else if (!fits) {
        lost[layer] = repair.run();
        state.copyTo(after, 0);
        reloads.add(layer, row, after);
        repaired.setLayer(layer, after, 0);
        changed = true;
      }
    }
    shortage.throwIfExists();
    return new Repair(
        changed
            ? ExpertTable.of(current.version() + 1, current.experts(), repaired.build())
            : current,
        reloads.reloads(),
        lost);
  }

  /**
   * Empties the slots of a row that cannot be used.
   *
   * @return whether exactly those were empty before
   */
  private static boolean empty(int[] row, int[] usable, int slots) {
    boolean fits = true;
    for (int rank = 0; rank < usable.length; rank++) {
      for (int slot = 0; slot < slots; slot++) {
        boolean used = row[rank * slots + slot] != Placement.EMPTY;
        fits &= used == slot < usable[rank];
        if (slot >= usable[rank]) {
          row[rank * slots + slot] = Placement.EMPTY;
        }
      }
    }
    return fits;
  }

  /**
   * Returns the table that fits: the current one itself if it does, else one of the next version.
   */
  public ExpertTable table() {
    return table;
  }

  /** Returns the slots that get other weights, layer by layer, in the order to load them. */
  public List<Reload> reloads() {
    return reloads;
  }

  /** Returns the number of experts that lived nowhere, over all layers. */
  public long lostExperts() {
    return Arrays.stream(lost).asLongStream().sum();
  }

  /**
   * Returns the number of experts of a layer that lived nowhere.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int lostExperts(int layer) {
    return lost[Require.index("layer", layer, lost.length)];
  }
}
