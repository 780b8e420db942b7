package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The moves that turn one table into another, layer by layer, as an updater carries them out. The
 * package description has the rules. Immutable.
 *
 * <p>For example, if layer 3 alone differs and one expert moves to rank 5, the plan has one {@link
 * LayerMigration} with one stage, one transfer and one round, and {@link #busiestRank} is 5.
 *
 * <p>The number of rounds holds for one layer after another. An updater with spare buffers moves
 * several layers at once and takes less time.
 */
public final class MigrationPlan {
  private final EpTopology topology;
  private final MigrationLimits limits;
  private final List<LayerMigration> layers;
  private final int[] movedIn;
  private final int[] movedTo;
  private final int[] sent;
  private final int[] received;
  private final long slotsRewritten;

  /** The transfers of the busiest rank of each round, added up. */
  private long turns;

  private MigrationPlan(
      EpTopology topology,
      MigrationLimits limits,
      List<LayerMigration> layers,
      int tableLayers,
      long slotsRewritten) {
    this.topology = topology;
    this.limits = limits;
    this.layers = List.copyOf(layers);
    this.slotsRewritten = slotsRewritten;
    this.movedIn = new int[tableLayers];
    this.movedTo = new int[topology.ranks()];
    this.sent = new int[topology.ranks()];
    this.received = new int[topology.ranks()];
    for (LayerMigration layer : layers) {
      movedIn[layer.layer()] = layer.expertsMoved();
      for (int rank = 0; rank < movedTo.length; rank++) {
        movedTo[rank] += layer.expertsMovedTo(rank);
      }
      for (MigrationStage stage : layer.stages()) {
        stage.rounds().forEach(this::count);
      }
    }
  }

  private void count(List<WeightMove> round) {
    int[] sending = new int[sent.length];
    int[] receiving = new int[sent.length];
    int busiest = 0;
    for (WeightMove transfer : round) {
      int source = transfer.source().rank();
      int destination = transfer.destination().rank();
      received[destination]++;
      busiest = Math.max(busiest, ++receiving[destination]);
      if (!transfer.isReload()) {
        sent[source]++;
        busiest = Math.max(busiest, ++sending[source]);
      }
    }
    turns += busiest;
  }

  /**
   * Plans the moves.
   *
   * @param current the table in force
   * @param next the table to come
   * @param topology the shape of the tables, and the ranks of each node
   * @throws InvalidInputException if tables and topology do not have the same shape
   */
  public static MigrationPlan of(
      ExpertTable current, ExpertTable next, EpTopology topology, MigrationLimits limits) {
    if (current.layers() != next.layers()) {
      throw new InvalidInputException(
          "the current table has %s, the next one %d; they must agree"
              .formatted(Counted.of(current.layers(), "layer"), next.layers()));
    }
    List<LayerMigration> layers = new ArrayList<>();
    long rewritten = 0;
    for (int layer = 0; layer < current.layers(); layer++) {
      LayerMigration moves = LayerMigration.of(current, next, layer, topology, limits);
      if (!moves.stages().isEmpty()) {
        layers.add(moves);
        for (int slot = 0; slot < topology.physicalExperts(); slot++) {
          int rank = slot / topology.slotsPerRank();
          int local = slot % topology.slotsPerRank();
          int expert = next.expertAt(layer, rank, local);
          rewritten +=
              expert == Placement.EMPTY || expert == current.expertAt(layer, rank, local) ? 0 : 1;
        }
      }
    }
    return new MigrationPlan(topology, limits, layers, current.layers(), rewritten);
  }

  /** Returns the shape of a layer. */
  public EpTopology topology() {
    return topology;
  }

  /** Returns the limits of the plan. */
  public MigrationLimits limits() {
    return limits;
  }

  /** Returns the number of layers of the tables, those without a move included. */
  public int tableLayers() {
    return movedIn.length;
  }

  /** Returns the moves of the layers that differ, by layer. */
  public List<LayerMigration> layers() {
    return layers;
  }

  /** Returns the experts moved over all layers and ranks. */
  public long expertsMoved() {
    return sum(LayerMigration::expertsMoved);
  }

  /** Returns the experts moved in each layer, by layer. */
  public int[] expertsMovedByLayer() {
    return movedIn.clone();
  }

  /** Returns the experts moved to each rank over all layers, by rank. */
  public int[] expertsMovedByRank() {
    return movedTo.clone();
  }

  /** Returns the rank to which most experts are moved over all layers; the first of several. */
  public int busiestRank() {
    return LayerMigration.busiest(movedTo);
  }

  /**
   * Returns the number of slots that get another expert, also those whose new expert comes from its
   * own rank. Slots that become EMPTY get none.
   */
  public long slotsRewritten() {
    return slotsRewritten;
  }

  /** Returns the number of transfers from rank to rank. */
  public long transfers() {
    return sum(LayerMigration::transfers);
  }

  /** Returns the number of experts that come from the checkpoint, as no rank can give them. */
  public long reloads() {
    return sum(LayerMigration::reloads);
  }

  /** Returns the number of copies inside ranks, into and out of buffers included. */
  public long copies() {
    return sum(LayerMigration::copies);
  }

  /** Returns the number of stages. */
  public long stages() {
    return sum(layer -> layer.stages().size());
  }

  /** Returns the number of rounds. */
  public long rounds() {
    return sum(LayerMigration::rounds);
  }

  /** Returns a lower bound of the rounds of every plan for the same tables and limits. */
  public long roundsLowerBound() {
    return sum(LayerMigration::roundsLowerBound);
  }

  private long sum(ToLongFunction<LayerMigration> count) {
    return layers.stream().mapToLong(count).sum();
  }

  /** Returns the transfers that each rank sends, by rank. */
  public int[] transfersSent() {
    return sent.clone();
  }

  /** Returns the transfers and reloads that each rank receives, by rank. */
  public int[] transfersReceived() {
    return received.clone();
  }

  /**
   * Returns the number of transfers and reloads that follow one another on one link: in each round,
   * those of the rank that sends or receives most, added up over the rounds.
   */
  public long transfersInTurn() {
    return turns;
  }
}
