package io.eplb.policies.incremental;

import java.util.Arrays;

/**
 * Items that each have a value or none, of which the best are wanted while values change: a tree in
 * which the better of two goes up, of equal ones the lower. A change costs the logarithm of their
 * number.
 */
final class Tournament {
  /** The value of an item that does not take part. */
  static final double NONE = Double.NEGATIVE_INFINITY;

  private final int leaves;
  private final double[] values;
  private final int[] winner;

  /** Nodes of the tree whose winners are still to be listed. */
  private final int[] nodes;

  private int open;

  Tournament(int items, int mostListed) {
    this.leaves = Math.max(1, Integer.highestOneBit(2 * items - 1));
    this.values = new double[leaves];
    this.winner = new int[2 * leaves];
    this.nodes = new int[mostListed];
    Arrays.fill(values, NONE);
    for (int item = 0; item < leaves; item++) {
      winner[leaves + item] = item;
    }
  }

  /** Sets a value that {@link #rebuild} is going to take note of. */
  void put(int item, double value) {
    values[item] = value;
  }

  /** Lets all items meet afresh. */
  void rebuild() {
    for (int node = leaves - 1; node > 0; node--) {
      winner[node] = better(2 * node);
    }
  }

  void set(int item, double value) {
    if (values[item] == value) {
      return;
    }
    values[item] = value;
    for (int node = (leaves + item) >> 1; node > 0; node >>= 1) {
      int before = winner[node];
      int after = better(2 * node);
      if (before == after && after != item) {
        return;
      }
      winner[node] = after;
    }
  }

  /** Fills a list that is empty with the best items that take part. */
  void best(Shortlist list) {
    open = 0;
    offer(1, list.capacity());
    while (list.hasRoom() && open > 0) {
      int node = nodes[--open];
      int item = winner[node];
      list.add(item, values[item]);
      // Whoever lost to it directly is next.
      while (node < leaves) {
        int left = winner[2 * node] == item ? 0 : 1;
        offer(2 * node + 1 - left, list.capacity() - list.size());
        node = 2 * node + left;
      }
    }
  }

  /** Keeps a node among so many whose winners are best, the best one last. */
  private void offer(int node, int most) {
    int item = winner[node];
    double value = values[item];
    if (!(value > NONE)) {
      return;
    }
    int at = 0;
    while (at < open && comesAfter(winner[nodes[at]], item, value)) {
      at++;
    }
    if (open < most) {
      System.arraycopy(nodes, at, nodes, at + 1, open - at);
      nodes[at] = node;
      open++;
    } else if (at > 0) {
      System.arraycopy(nodes, 1, nodes, 0, at - 1);
      nodes[at - 1] = node;
    }
  }

  private boolean comesAfter(int other, int item, double value) {
    return values[other] < value || (values[other] == value && other > item);
  }

  private int better(int node) {
    int left = winner[node];
    int right = winner[node + 1];
    return values[right] > values[left] ? right : left;
  }
}
