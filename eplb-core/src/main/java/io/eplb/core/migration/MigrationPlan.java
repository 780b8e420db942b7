package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The moves that turn one table into another, layer by layer. Immutable data; the package says
 * which invariants hold and what is decided.
 *
 * <p>The lower bound beside the rounds is, per layer, the greatest of three: for every rank, its
 * receives over the cap on receives; for every rank, the transfers of experts that no other rank
 * holds, over the cap on sends; all transfers over what the ranks that hold anything wanted can
 * send at once. It holds for every choice of current slots to read and for any number of buffers,
 * and leaves out that a slot may have to wait for its readers.
 */
public final class MigrationPlan {
  private static final double BITS_PER_BYTE = 8.0;

  private final long currentVersion;
  private final long nextVersion;
  private final int ranks;
  private final MigrationLimits limits;
  private final List<LayerMigration> layers;

  private MigrationPlan(
      long currentVersion,
      long nextVersion,
      int ranks,
      MigrationLimits limits,
      List<LayerMigration> layers) {
    this.currentVersion = currentVersion;
    this.nextVersion = nextVersion;
    this.ranks = ranks;
    this.limits = limits;
    this.layers = List.copyOf(layers);
  }

  /**
   * Plans the moves.
   *
   * @param current the table in force
   * @param next the table to come
   * @param topology says which ranks share a node
   * @throws InvalidInputException if tables and topology do not have the same shape
   */
  public static MigrationPlan of(
      ExpertTable current, ExpertTable next, EpTopology topology, MigrationLimits limits) {
    requireShape("the current table", current, topology);
    requireShape("the next table", next, topology);
    if (current.layers() != next.layers()) {
      throw new InvalidInputException(
          "the current table has %s, the next one %d; they must agree"
              .formatted(Counted.of(current.layers(), "layer"), next.layers()));
    }
    int[] before = new int[topology.physicalExperts()];
    int[] after = new int[topology.physicalExperts()];
    List<LayerMigration> layers = new ArrayList<>();
    for (int layer = 0; layer < current.layers(); layer++) {
      if (!current.sameLayer(layer, next.placement())) {
        current.copyLayer(layer, before, 0);
        next.copyLayer(layer, after, 0);
        layers.add(LayerPlanner.plan(layer, before, after, topology, limits));
      }
    }
    return new MigrationPlan(current.version(), next.version(), topology.ranks(), limits, layers);
  }

  static void requireShape(String what, ExpertTable table, EpTopology topology) {
    if (table.experts() != topology.experts()
        || table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(
          "%s has %s, the topology %d on %d × %d; they must agree"
              .formatted(
                  what,
                  Shape.layer(table.experts(), table.ranks(), table.slotsPerRank()),
                  topology.experts(),
                  topology.ranks(),
                  topology.slotsPerRank()));
    }
  }

  /** Returns the version of the table that this starts from. */
  public long currentVersion() {
    return currentVersion;
  }

  /** Returns the version of the table that this leads to. */
  public long nextVersion() {
    return nextVersion;
  }

  /** Returns the limits that this keeps. */
  public MigrationLimits limits() {
    return limits;
  }

  /** Returns the moves of the layers that differ, by layer; the others need none. */
  public List<LayerMigration> layers() {
    return layers;
  }

  /** Returns the number of transfers from rank to rank: the experts moved. */
  public long transfers() {
    return layers.stream().mapToLong(LayerMigration::transfers).sum();
  }

  /** Returns the number of copies inside ranks, into and out of buffers included. */
  public long copies() {
    return layers.stream().mapToLong(LayerMigration::copies).sum();
  }

  /** Returns the number of rounds, one layer after another. */
  public long rounds() {
    return layers.stream().mapToLong(layer -> layer.rounds().size()).sum();
  }

  /** Returns the fewest rounds that any plan for the same tables and limits could have. */
  public long roundsLowerBound() {
    return layers.stream().mapToLong(LayerMigration::roundsLowerBound).sum();
  }

  /** Returns what every rank sends and receives, by rank. */
  public List<RankTransfers> transfersPerRank() {
    int[] sent = new int[ranks];
    int[] received = new int[ranks];
    for (LayerMigration layer : layers) {
      for (MigrationRound round : layer.rounds()) {
        count(round, sent, received);
      }
    }
    List<RankTransfers> transfers = new ArrayList<>(ranks);
    for (int rank = 0; rank < ranks; rank++) {
      transfers.add(new RankTransfers(rank, sent[rank], received[rank]));
    }
    return transfers;
  }

  private static void count(MigrationRound round, int[] sent, int[] received) {
    for (WeightMove transfer : round.transfers()) {
      sent[transfer.source().rank()]++;
      received[transfer.destination().rank()]++;
    }
  }

  /**
   * Returns the bytes that cross from rank to rank.
   *
   * @param expertBytes the bytes of one expert's weights in one layer, 1 or more
   * @throws InvalidInputException if {@code expertBytes} is out of range or the sum exceeds a long
   */
  public long bytes(long expertBytes) {
    requireExpertBytes(expertBytes);
    long transfers = transfers();
    if (transfers > Long.MAX_VALUE / expertBytes) {
      throw new InvalidInputException(
          "expert bytes is %d; with %s it must be at most %d"
              .formatted(
                  expertBytes, Counted.of(transfers, "transfer"), Long.MAX_VALUE / transfers));
    }
    return transfers * expertBytes;
  }

  /**
   * Estimates how long the transfers take: round by round, what the busiest rank sends or receives,
   * whichever is more, at the speed of its link.
   *
   * @param expertBytes the bytes of one expert's weights in one layer, 1 or more
   * @param linkGbps the speed of a rank's link in each direction in gigabits (10⁹ bits) per second,
   *     more than 0 and finite
   * @return the time, at most the longest that a long counts in nanoseconds
   * @throws InvalidInputException if an argument is out of range
   */
  public Duration estimate(long expertBytes, double linkGbps) {
    requireExpertBytes(expertBytes);
    if (!(linkGbps > 0 && linkGbps <= Double.MAX_VALUE)) {
      throw new InvalidInputException(
          "link speed is " + linkGbps + " Gbit/s; it must be more than 0 and finite");
    }
    long inTurn = 0;
    int[] sent = new int[ranks];
    int[] received = new int[ranks];
    for (LayerMigration layer : layers) {
      for (MigrationRound round : layer.rounds()) {
        count(round, sent, received);
        inTurn += takeBusiest(round, sent, received);
      }
    }
    // A gigabit per second is a bit per nanosecond. The cast stops at the greatest long.
    return Duration.ofNanos((long) Math.ceil(inTurn * BITS_PER_BYTE * expertBytes / linkGbps));
  }

  /** Returns the most that one rank has to do in a round, and sets the counts back to 0. */
  private static int takeBusiest(MigrationRound round, int[] sent, int[] received) {
    int busiest = 0;
    for (WeightMove transfer : round.transfers()) {
      int source = transfer.source().rank();
      int destination = transfer.destination().rank();
      busiest = Math.max(busiest, Math.max(sent[source], received[destination]));
      sent[source] = 0;
      received[destination] = 0;
    }
    return busiest;
  }

  private static void requireExpertBytes(long expertBytes) {
    if (expertBytes < 1) {
      throw new InvalidInputException("expert bytes is " + expertBytes + "; it must be at least 1");
    }
  }

  @Override
  public String toString() {
    return "MigrationPlan[version %d to %d: %s in %s, %s]"
        .formatted(
            currentVersion,
            nextVersion,
            Counted.of(transfers(), "transfer"),
            Counted.of(rounds(), "round"),
            Counted.of(layers.size(), "layer"));
  }
}
