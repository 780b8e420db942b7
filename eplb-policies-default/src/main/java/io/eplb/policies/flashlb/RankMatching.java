package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * Matches rows to columns so that the sum of the matched cells is largest: the linear assignment
 * problem, solved exactly by shortest augmenting paths with reduced costs (Jonker and Volgenant, "A
 * Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems", Computing
 * 38, 1987), in O(n³) at worst and O(n²) when most rows get one of their best columns.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class RankMatching {
  private static final int NONE = -1;

  private final int[] rowOf;
  private final int[] rowPrice;
  private final int[] columnPrice;
  private final int[] distance;
  private final int[] previous;
  private final boolean[] settled;

  /** Creates the scratch for at most {@code mostRanks} rows. */
  RankMatching(int mostRanks) {
    rowOf = new int[mostRanks];
    rowPrice = new int[mostRanks];
    columnPrice = new int[mostRanks];
    distance = new int[mostRanks];
    previous = new int[mostRanks];
    settled = new boolean[mostRanks];
  }

  /**
   * Finds a best matching. A row whose best column is its own gets that one unless others need it
   * more; otherwise the lower column wins.
   *
   * @param gains size × size cells, row by row, each of an absolute value below 2^20
   * @param columnOf result: the column of each row
   */
  void match(int[] gains, int size, int[] columnOf) {
    Arrays.fill(rowOf, 0, size, NONE);
    Arrays.fill(columnOf, 0, size, NONE);
    Arrays.fill(columnPrice, 0, size, 0);
    takeBestColumns(gains, size, columnOf);
    for (int row = 0; row < size; row++) {
      if (columnOf[row] == NONE) {
        augment(gains, size, row);
        for (int column = 0; column < size; column++) {
          if (rowOf[column] != NONE) {
            columnOf[rowOf[column]] = column;
          }
        }
      }
    }
  }

  /** Prices every row by its best column, and gives the column to the first such row. */
  private void takeBestColumns(int[] gains, int size, int[] columnOf) {
    for (int row = 0; row < size; row++) {
      int best = row;
      for (int column = 0; column < size; column++) {
        if (gains[row * size + column] > gains[row * size + best]) {
          best = column;
        }
      }
      rowPrice[row] = -gains[row * size + best];
      if (rowOf[best] == NONE) {
        rowOf[best] = row;
        columnOf[row] = best;
      }
    }
  }

  /** Finds the cheapest way to match one more row, by Dijkstra's algorithm on reduced costs. */
  private void augment(int[] gains, int size, int free) {
    Arrays.fill(distance, 0, size, Integer.MAX_VALUE);
    Arrays.fill(settled, 0, size, false);
    int row = free;
    int column = NONE;
    do {
      int least = Integer.MAX_VALUE;
      int nearest = NONE;
      for (int next = 0; next < size; next++) {
        if (!settled[next]) {
          int reduced = -gains[row * size + next] - rowPrice[row] - columnPrice[next];
          if (reduced < distance[next]) {
            distance[next] = reduced;
            previous[next] = column;
          }
          if (distance[next] < least) {
            least = distance[next];
            nearest = next;
          }
        }
      }
      if (least > 0) {
        reprice(size, free, least);
      }
      column = nearest;
      settled[column] = true;
      row = rowOf[column];
    } while (row != NONE);
    while (column != NONE) {
      int before = previous[column];
      rowOf[column] = before == NONE ? free : rowOf[before];
      column = before;
    }
  }

  private void reprice(int size, int free, int by) {
    rowPrice[free] += by;
    for (int column = 0; column < size; column++) {
      if (settled[column]) {
        rowPrice[rowOf[column]] += by;
        columnPrice[column] -= by;
      } else {
        distance[column] -= by;
      }
    }
  }
}
