package io.eplb.cli.reports;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import java.util.Arrays;

/** What it takes to get from one map to another: the experts that each rank must receive. */
public final class MapDifference {
  private final ExpertTable before;
  private final int[] received;
  private final long slotsRewritten;

  private MapDifference(ExpertTable before, int[] received, long slotsRewritten) {
    this.before = before;
    this.received = received;
    this.slotsRewritten = slotsRewritten;
  }

  /**
   * Compares two maps.
   *
   * @throws InvalidInputException if their layers, experts, ranks or slots differ
   */
  public static MapDifference of(ExpertTable before, ExpertTable after) {
    requireSameShape(before, after);
    int layers = before.layers();
    int ranks = before.ranks();
    int slots = before.slotsPerRank();
    int[] received = new int[Math.multiplyExact(layers, ranks)];
    int[] old = new int[before.physicalExperts()];
    int[] wanted = new int[old.length];
    int[] heldBy = new int[before.experts()];
    long rewritten = 0;
    int stamp = 0;
    for (int layer = 0; layer < layers; layer++) {
      before.copyLayer(layer, old, 0);
      after.copyLayer(layer, wanted, 0);
      for (int rank = 0; rank < ranks; rank++) {
        stamp++;
        for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
          heldBy[old[slot]] = stamp;
        }
        for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
          rewritten += old[slot] == wanted[slot] ? 0 : 1;
          if (heldBy[wanted[slot]] != stamp) {
            heldBy[wanted[slot]] = stamp;
            received[layer * ranks + rank]++;
          }
        }
      }
    }
    return new MapDifference(before, received, rewritten);
  }

  private static void requireSameShape(ExpertTable before, ExpertTable after) {
    if (before.layers() != after.layers()
        || before.experts() != after.experts()
        || before.ranks() != after.ranks()
        || before.slotsPerRank() != after.slotsPerRank()) {
      throw new InvalidInputException(
          "the old map has "
              + shape(before)
              + ", the new one "
              + shape(after)
              + "; they must agree (--experts and --ranks say what a format does not)");
    }
  }

  private static String shape(ExpertTable table) {
    return Shape.table(table.layers(), table.experts(), table.ranks(), table.slotsPerRank());
  }

  int layers() {
    return before.layers();
  }

  int ranks() {
    return before.ranks();
  }

  int experts() {
    return before.experts();
  }

  int slotsPerRank() {
    return before.slotsPerRank();
  }

  /** Returns the experts that the ranks receive in one layer. */
  long inLayer(int layer) {
    long sum = 0;
    for (int rank = 0; rank < ranks(); rank++) {
      sum += received[layer * ranks() + rank];
    }
    return sum;
  }

  /** Returns the experts that a rank receives over all layers. */
  long byRank(int rank) {
    long sum = 0;
    for (int layer = 0; layer < layers(); layer++) {
      sum += received[layer * ranks() + rank];
    }
    return sum;
  }

  /** Returns the rank that receives the most in a layer, the first of several. */
  int busiestRank(int layer) {
    int busiest = 0;
    for (int rank = 1; rank < ranks(); rank++) {
      if (inLayer(layer, rank) > inLayer(layer, busiest)) {
        busiest = rank;
      }
    }
    return busiest;
  }

  /** Returns the experts that a rank receives in one layer. */
  int inLayer(int layer, int rank) {
    return received[layer * ranks() + rank];
  }

  /** Returns the rank that receives the most over all layers, the first of several. */
  int busiestRank() {
    int busiest = 0;
    for (int rank = 1; rank < ranks(); rank++) {
      if (byRank(rank) > byRank(busiest)) {
        busiest = rank;
      }
    }
    return busiest;
  }

  /** Returns the experts moved over all layers and ranks. */
  long total() {
    return Arrays.stream(received).asLongStream().sum();
  }

  /**
   * Returns the slots that hold another expert, those whose expert only moves inside its rank
   * included.
   */
  long slotsRewritten() {
    return slotsRewritten;
  }

  /** Returns how many layers move at least one expert. */
  int layersMoved() {
    int moved = 0;
    for (int layer = 0; layer < layers(); layer++) {
      moved += inLayer(layer) > 0 ? 1 : 0;
    }
    return moved;
  }
}
