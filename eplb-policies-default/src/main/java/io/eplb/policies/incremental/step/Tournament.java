package io.eplb.policies.incremental.step;

import java.util.Arrays;

/**
 * Items with changing values, of which the best few are listed. It is a tree in which each node has
 * the best value of its sixteen children. A change costs at most the logarithm of the number of
 * items, and mostly one comparison, since few items are the best of their sixteen.
 *
 * <p>The kernel {@code TournamentTree} has the best one of float keys only. This class lists the
 * best four of doubles, and all items of at least a given value.
 */
final class Tournament {
  /** The value of an item that does not take part. */
  static final double NONE = Double.NEGATIVE_INFINITY;

  private static final int BITS = 4;

  /**
   * The values of the items at level 0; entry i of a level is the best of 16i…16i+15 of the level
   * below.
   */
  private final double[][] best;

  // The nodes whose best items are not listed yet, the best node last.
  private final int[] openLevel;
  private final int[] openIndex;
  private int open;

  Tournament(int items, int mostListed) {
    int levels = 1;
    for (int size = items; size > 1; size = parents(size)) {
      levels++;
    }
    this.best = new double[levels][];
    int size = items;
    for (int level = 0; level < levels; level++) {
      best[level] = new double[size];
      Arrays.fill(best[level], NONE);
      size = parents(size);
    }
    this.openLevel = new int[mostListed];
    this.openIndex = new int[mostListed];
  }

  private static int parents(int size) {
    return ((size - 1) >> BITS) + 1;
  }

  /** Returns the value of an item. */
  double value(int item) {
    return best[0][item];
  }

  /** Sets a value; {@link #rebuild} must follow. */
  void put(int item, double value) {
    best[0][item] = value;
  }

  /** Computes the tree from the values set by {@link #put}. */
  void rebuild() {
    for (int level = 1; level < best.length; level++) {
      for (int index = 0; index < best[level].length; index++) {
        best[level][index] = bestBelow(level, index);
      }
    }
  }

  /** Sets a value. */
  void set(int item, double value) {
    int index = item;
    double now = value;
    for (int level = 0; level < best.length; level++) {
      double before = best[level][index];
      best[level][index] = now;
      if (level == best.length - 1) {
        return;
      }
      index >>= BITS;
      double top = best[level + 1][index];
      if (now <= top) {
        if (before != top || now == top) {
          return;
        }
        now = bestBelow(level + 1, index);
      }
    }
  }

  private double bestBelow(int level, int index) {
    double[] below = best[level - 1];
    int to = Math.min((index + 1) << BITS, below.length);
    double most = NONE;
    for (int child = index << BITS; child < to; child++) {
      most = below[child] > most ? below[child] : most;
    }
    return most;
  }

  /** Fills an empty list with the best items that take part; among equals the lower one first. */
  void list(Shortlist list) {
    open = 0;
    if (best[best.length - 1][0] > NONE) {
      open(best.length - 1, 0, list.capacity());
    }
    while (open > 0) {
      open--;
      int level = openLevel[open];
      int index = openIndex[open];
      double value = best[level][index];
      while (level > 0) {
        level--;
        index = openOthers(level, index, value, list.capacity() - list.size() - 1);
      }
      list.add(index, value);
    }
  }

  /**
   * Returns the first item at {@code from} or above whose value is at least {@code least}, or −1.
   */
  int next(int from, double least) {
    int level = 0;
    int index = from;
    while (true) {
      double[] values = best[level];
      int to = Math.min(((index >> BITS) + 1) << BITS, values.length);
      while (index < to && !(values[index] >= least)) {
        index++;
      }
      if (index < to) {
        if (level == 0) {
          return index;
        }
        level--;
        index <<= BITS;
      } else {
        // Nothing is left below this parent; the next one follows.
        level++;
        index = ((index - 1) >> BITS) + 1;
        if (level == best.length || index >= best[level].length) {
          return -1;
        }
      }
    }
  }

  /**
   * Returns the child that has the value, and opens the others that are among the {@code most}
   * best.
   */
  private int openOthers(int level, int parent, double value, int most) {
    double[] values = best[level];
    int to = Math.min((parent + 1) << BITS, values.length);
    int winner = -1;
    double least = leastOpen(most);
    for (int child = parent << BITS; child < to; child++) {
      double other = values[child];
      if (winner < 0 && other == value) {
        winner = child;
      } else if (other >= least && other > NONE) {
        open(level, child, most);
        least = leastOpen(most);
      }
    }
    return winner;
  }

  /** Returns the least value of a node to be opened. */
  private double leastOpen(int most) {
    if (open < most) {
      return NONE;
    }
    return most == 0 ? Double.POSITIVE_INFINITY : best[openLevel[0]][openIndex[0]];
  }

  /** Adds a node to the open ones, and drops the worst if there are more than {@code most}. */
  private void open(int level, int index, int most) {
    double value = best[level][index];
    int at = 0;
    while (at < open && comesBefore(level, index, value, at)) {
      at++;
    }
    int last = open;
    if (open < most) {
      open++;
    } else if (at > 0) {
      at--;
      last = at;
      shift(1, 0, at);
    } else {
      return;
    }
    if (last > at) {
      shift(at, at + 1, last - at);
    }
    openLevel[at] = level;
    openIndex[at] = index;
  }

  private void shift(int from, int to, int length) {
    System.arraycopy(openLevel, from, openLevel, to, length);
    System.arraycopy(openIndex, from, openIndex, to, length);
  }

  private boolean comesBefore(int level, int index, double value, int at) {
    double other = best[openLevel[at]][openIndex[at]];
    return value > other
        || (value == other && firstItem(level, index) < firstItem(openLevel[at], openIndex[at]));
  }

  private static int firstItem(int level, int index) {
    return index << (BITS * level);
  }
}
