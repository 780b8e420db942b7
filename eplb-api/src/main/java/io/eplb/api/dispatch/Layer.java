package io.eplb.api.dispatch;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;

/**
 * One layer in memory that is used again: what was given, the places of its experts, and the tokens
 * of its slots and ranks once a split has written them. Readers in this package leave its arrays as
 * they are, but for those that a split writes: {@link #shares}, {@link #tokens}, {@link #tight}.
 *
 * <p>Places: expert e is on ranks {@code rankOf[place]} for the slots {@code place} in {@link
 * #places} from {@code firstPlace[e]} to {@code firstPlace[e + 1]}, in ascending order, one per
 * rank.
 */
final class Layer {
  private static final double PEAK_TOLERANCE = 1e-12;

  final int ranks;
  final int slotsPerRank;
  final int experts;
  final int[] rankOf;

  final int[] row;
  final double[] loads;
  final double[] speeds;
  final int[] firstPlace;
  final int[] places;
  final int[] replicas;
  double total;
  double totalSpeed;

  final double[] shares;
  final double[] tokens;
  final boolean[] tight;
  final double[] rankLoads;
  double peak;
  double mean;

  private final int[] usable;
  private final int[] lastRank;

  Layer(int ranks, int slotsPerRank, int experts) {
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.experts = experts;
    int slots = ranks * slotsPerRank;
    rankOf = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      rankOf[slot] = slot / slotsPerRank;
    }
    row = new int[slots];
    loads = new double[experts];
    speeds = new double[ranks];
    firstPlace = new int[experts + 1];
    places = new int[slots];
    replicas = new int[experts];
    shares = new double[slots];
    tokens = new double[slots];
    tight = new boolean[ranks];
    rankLoads = new double[ranks];
    usable = new int[ranks];
    lastRank = new int[experts];
  }

  boolean living(int rank) {
    return usable[rank] > 0;
  }

  /** Returns the number of ranks that hold an expert. */
  int placesOf(int expert) {
    return firstPlace[expert + 1] - firstPlace[expert];
  }

  /** Checks and copies a layer, finds the places of its experts, and clears what splits write. */
  void read(int[] givenRow, double[] givenLoads, EpRanks givenRanks) {
    requireShape(givenRow, givenLoads, givenRanks);
    System.arraycopy(givenRow, 0, row, 0, row.length);
    System.arraycopy(givenLoads, 0, loads, 0, experts);
    givenRanks.copySpeeds(speeds, 0);
    givenRanks.copyUsableSlots(usable, 0);
    totalSpeed = givenRanks.totalSpeed();
    requireLoads();
    countReplicas();
    sumLoads();
    listPlaces();
    Arrays.fill(shares, 0.0);
    Arrays.fill(tokens, 0.0);
    Arrays.fill(tight, false);
  }

  private void requireShape(int[] givenRow, double[] givenLoads, EpRanks givenRanks) {
    if (givenRow.length != row.length
        || givenRanks.ranks() != ranks
        || givenRanks.slotsPerRank() != slotsPerRank) {
      throw new InvalidInputException(
          "I1: the row has %s and the ranks have %s; both must have %s"
              .formatted(
                  Counted.of(givenRow.length, "slot"),
                  Shape.slots(givenRanks.ranks(), givenRanks.slotsPerRank()),
                  Shape.slots(ranks, slotsPerRank)));
    }
    if (givenLoads.length != experts) {
      throw new InvalidInputException(
          "I1: the layer has %s and %s; every expert needs one"
              .formatted(
                  Counted.of(experts, "expert"), Counted.of(givenLoads.length, "expert load")));
    }
  }

  private void requireLoads() {
    for (int expert = 0; expert < experts; expert++) {
      if (!(loads[expert] >= 0.0 && loads[expert] <= Double.MAX_VALUE)) {
        throw new InvalidInputException(
            "I2: the load of expert %s is %s; every load must be finite and at least 0"
                .formatted(expert, loads[expert]));
      }
    }
  }

  /** Counts the slots of every expert in {@link #replicas}, its places in {@link #firstPlace}. */
  private void countReplicas() {
    Arrays.fill(replicas, 0);
    Arrays.fill(firstPlace, 0);
    Arrays.fill(lastRank, -1);
    for (int slot = 0; slot < row.length; slot++) {
      int expert = row[slot];
      if (expert == Placement.EMPTY) {
        continue;
      }
      if (expert < 0 || expert >= experts) {
        throw new InvalidInputException(
            "P2: rank %s, slot %s holds expert %s; experts are 0 to %s, and −1 is an empty slot"
                .formatted(rankOf[slot], slot % slotsPerRank, expert, experts - 1));
      }
      int rank = rankOf[slot];
      replicas[expert]++;
      if (living(rank)) {
        if (lastRank[expert] != rank) {
          lastRank[expert] = rank;
          firstPlace[expert + 1]++;
        }
      } else if (loads[expert] > 0.0) {
        throw new InvalidInputException(
            "rank %s is dead and holds expert %s with a load of %s; repair the table first"
                .formatted(rank, expert, loads[expert]));
      }
    }
  }

  private void sumLoads() {
    total = 0.0;
    for (int expert = 0; expert < experts; expert++) {
      if (replicas[expert] == 0 && loads[expert] > 0.0) {
        throw new InvalidInputException(
            "P3: expert %s has a load of %s and no slot; every expert needs at least one"
                .formatted(expert, loads[expert]));
      }
      total += loads[expert];
    }
    if (total > ExpertWorkload.MAX_LAYER_TOTAL) {
      throw new InvalidInputException(
          "I2: the expert loads sum to %s; at most %s is supported, scale them down"
              .formatted(total, ExpertWorkload.MAX_LAYER_TOTAL));
    }
  }

  private void listPlaces() {
    for (int expert = 0; expert < experts; expert++) {
      firstPlace[expert + 1] += firstPlace[expert];
    }
    Arrays.fill(lastRank, -1);
    for (int slot = 0; slot < row.length; slot++) {
      int expert = row[slot];
      int rank = rankOf[slot];
      if (expert != Placement.EMPTY && living(rank) && lastRank[expert] != rank) {
        lastRank[expert] = rank;
        places[firstPlace[expert]++] = slot;
      }
    }
    // Filling moved every start to the next one's.
    System.arraycopy(firstPlace, 0, firstPlace, 1, experts);
    firstPlace[0] = 0;
  }

  /** Sums the tokens of the ranks. */
  void measure() {
    peak = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double load = 0.0;
      for (int slot = rank * slotsPerRank; slot < (rank + 1) * slotsPerRank; slot++) {
        load += tokens[slot];
      }
      rankLoads[rank] = load;
      if (living(rank)) {
        peak = Math.max(peak, load / speeds[rank]);
      }
    }
    // As in LayerBalance: underflow must not make a loaded layer idle, nor its peak less than its
    // mean.
    mean = total == 0.0 ? 0.0 : Math.max(total / totalSpeed, Double.MIN_VALUE);
    peak = Math.max(peak, mean);
  }

  double peakToAverage() {
    return peak == 0.0 ? 1.0 : Math.max(1.0, peak / mean);
  }

  /** Marks the ranks whose load ÷ speed is the peak. */
  void markPeakRanks() {
    for (int rank = 0; rank < ranks; rank++) {
      tight[rank] =
          peak > 0.0
              && living(rank)
              && rankLoads[rank] / speeds[rank] >= peak * (1 - PEAK_TOLERANCE);
    }
  }

  boolean confined(int expert) {
    for (int place = firstPlace[expert]; place < firstPlace[expert + 1]; place++) {
      if (!tight[rankOf[places[place]]]) {
        return false;
      }
    }
    return loads[expert] > 0.0;
  }

  int activated(int rank) {
    int count = 0;
    int end = (rank + 1) * slotsPerRank;
    for (int slot = rank * slotsPerRank; slot < end; slot++) {
      if (gets(slot) && !earlier(slot)) {
        count++;
      }
    }
    return count;
  }

  private boolean gets(int slot) {
    return shares[slot] > 0.0 && loads[row[slot]] > 0.0;
  }

  /** Returns whether an earlier slot of the same rank gets tokens of the same expert. */
  private boolean earlier(int slot) {
    for (int other = rankOf[slot] * slotsPerRank; other < slot; other++) {
      if (row[other] == row[slot] && gets(other)) {
        return true;
      }
    }
    return false;
  }
}
