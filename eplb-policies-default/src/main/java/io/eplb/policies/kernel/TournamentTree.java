package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * A tournament over keys: the least of n keys is at the root, and a change of one key takes log n
 * steps up the tree, without a branch that depends on the data. So it is faster than a heap here,
 * whose branches the processor cannot predict.
 *
 * <p>The tree lives in a caller's array: leaf i at {@code leaves + i}, the winner at {@link #ROOT}.
 */
public final class TournamentTree {
  /** The index of the least key. */
  public static final int ROOT = 1;

  /** The key of a contestant that has left. */
  public static final long OUT = Long.MAX_VALUE;

  private TournamentTree() {}

  /** Returns the number of leaves for {@code contestants}, 1 or more: the next power of two. */
  public static int leaves(int contestants) {
    return contestants == 1 ? 1 : Integer.highestOneBit(contestants - 1) << 1;
  }

  /** Returns the length that the array needs for {@code contestants}. */
  public static int length(int contestants) {
    return 2 * leaves(contestants);
  }

  /**
   * Plays all matches, once the keys of the contestants have been set at their leaves.
   *
   * @param tree leaves {@code [leaves, leaves + contestants)} set
   */
  public static void play(long[] tree, int leaves, int contestants) {
    Arrays.fill(tree, leaves + contestants, 2 * leaves, OUT);
    for (int node = leaves - 1; node >= ROOT; node--) {
      tree[node] = Math.min(tree[2 * node], tree[2 * node + 1]);
    }
  }

  /** Gives one contestant another key and replays its matches. */
  public static void replay(long[] tree, int leaves, int contestant, long key) {
    int node = leaves + contestant;
    long winner = key;
    tree[node] = winner;
    while (node > ROOT) {
      winner = Math.min(winner, tree[node ^ 1]);
      node >>= 1;
      tree[node] = winner;
    }
  }
}
