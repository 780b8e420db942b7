package io.eplb.api.contract;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One layer as it is and as a policy wants it, beside what the rules need to judge it. Mutable and
 * reused from layer to layer by one thread. It allocates at construction, and once more at the
 * first layer with shares or sources.
 */
public final class LayerProposal {
  final EpTopology topology;
  final EpRanks ranks;
  final MigrationBudget budget;
  final int[] current;
  final int[] proposed;

  /**
   * Per expert, the last stamp it was seen with; stamps grow for ever, so nothing needs clearing.
   */
  final int[] stamps;

  /** Per slot, if the answer says them; the arrays have no length before the first that does. */
  double[] shares = {};

  int[] sources = {};

  /** Scratch for shares per expert, and for lists of slots per source rank. */
  double[] shareSums = {};

  int[] firstOfSource = {};
  int[] nextOfSource = {};

  int layer = -1;
  boolean marked;
  boolean hasShares;
  boolean hasSources;
  private int stamp;

  /**
   * Creates the scratch for layers of one shape on nominal ranks.
   *
   * @param topology the shape of a layer
   * @param budget what may move
   * @throws InvalidInputException if an argument is null
   */
  public LayerProposal(EpTopology topology, MigrationBudget budget) {
    this(topology, EpRanks.nominal(topology), budget);
  }

  /**
   * Creates the scratch for layers of one shape.
   *
   * @param topology the shape of a layer
   * @param ranks its ranks as they are
   * @param budget what may move
   * @throws InvalidInputException if an argument is null, or ranks and topology differ in shape
   */
  public LayerProposal(EpTopology topology, EpRanks ranks, MigrationBudget budget) {
    requireGiven("the topology", topology);
    requireGiven("the ranks", ranks);
    requireGiven("the migration budget", budget);
    if (ranks.ranks() != topology.ranks() || ranks.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(ranks + " must have the shape of " + topology);
    }
    this.topology = topology;
    this.ranks = ranks;
    this.budget = budget;
    this.current = new int[topology.physicalExperts()];
    this.proposed = new int[topology.physicalExperts()];
    this.stamps = new int[topology.experts()];
  }

  /**
   * Takes one layer of a table and of a placement, both of the topology's shape.
   *
   * @param marked whether the policy marked the layer as changed
   * @throws InvalidInputException if a shape differs (rule P1), there is no such layer, or an
   *     argument is null; what was loaded before then stays
   */
  public void load(int layer, ExpertTable table, Placement placement, boolean marked) {
    requireGiven("the table", table);
    requireGiven("the placement", placement);
    if (table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()
        || table.experts() != topology.experts()
        || placement.ranks() != topology.ranks()
        || placement.slotsPerRank() != topology.slotsPerRank()
        || placement.layers() != table.layers()) {
      throw new InvalidInputException(
          placement + " and " + table + " must both have the shape of " + topology);
    }
    if (layer < 0 || layer >= table.layers()) {
      throw new InvalidInputException(
          "layer " + layer + " does not exist; layers are 0 to " + (table.layers() - 1));
    }
    table.copyLayer(layer, current, 0);
    placement.copyLayer(layer, proposed, 0);
    this.layer = layer;
    this.marked = marked;
    this.hasShares = false;
    this.hasSources = false;
  }

  /**
   * As the other method, with the shares and sources that an answer gives for the layer.
   *
   * @throws InvalidInputException as there
   */
  public void load(int layer, ExpertTable table, Rebalance answer, boolean marked) {
    requireGiven("the answer", answer);
    load(layer, table, answer.newPlacement(), marked);
    if (answer.hasShares(layer)) {
      if (shares.length == 0) {
        shares = new double[proposed.length];
        shareSums = new double[stamps.length];
      }
      answer.copyShares(layer, shares, 0);
      hasShares = true;
    }
    if (answer.hasSources(layer)) {
      if (sources.length == 0) {
        sources = new int[proposed.length];
        nextOfSource = new int[proposed.length];
        firstOfSource = new int[topology.ranks()];
      }
      answer.copySources(layer, sources, 0);
      hasSources = true;
    }
  }

  private static void requireGiven(String what, @Nullable Object value) {
    if (value == null) {
      throw new InvalidInputException(what + " is null; a value is required");
    }
  }

  /** Returns the layer that is loaded; −1 before the first. */
  public int layer() {
    return layer;
  }

  /** Returns whether the policy marked the layer as changed. */
  public boolean marked() {
    return marked;
  }

  /** Returns whether the proposed row equals the current one. */
  public boolean unchanged() {
    return Arrays.equals(current, proposed);
  }

  /** Returns whether the answer gives shares or sources for the layer. */
  public boolean saysMore() {
    return hasShares || hasSources;
  }

  /** Returns a stamp that no expert carries yet. */
  int newStamp() {
    if (stamp == Integer.MAX_VALUE) {
      Arrays.fill(stamps, 0);
      stamp = 0;
    }
    return ++stamp;
  }

  Breach breach(Rule rule, int rank, int slot, String what) {
    return Breach.of(rule, layer, rank, slot, what);
  }
}
