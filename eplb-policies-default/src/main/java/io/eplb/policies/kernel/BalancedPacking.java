package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Packs weighted items into packs of equal capacity, as DeepSeek's EPLB does ({@code
 * balanced_packing} in {@code eplb.py}, deepseek-ai/EPLB at d52c72d): heaviest item first, each
 * into the lightest pack that is not full (Graham's longest-processing-time rule with a capacity).
 *
 * <p>Sums are single precision, added in the order of packing; among equally light packs the lower
 * index wins.
 */
final class BalancedPacking {
  private BalancedPacking() {}

  /**
   * Packs {@code packs × capacity} items. With a capacity of 1, item i goes to pack i regardless of
   * its weight.
   *
   * @param items {@linkplain WeightKey keys} of the items, {@linkplain HeaviestFirst heaviest
   *     first}; indices are 0 to packs × capacity − 1
   * @param itemAt result, from {@code offset} on: the item at each position, pack by pack
   * @param filled scratch of at least {@code packs}
   * @param tree scratch of {@link TournamentTree#length} for {@code packs}
   */
  public static void pack(
      long[] items, int packs, int capacity, int[] itemAt, int offset, int[] filled, long[] tree) {
    int size = packs * capacity;
    if (capacity == 1) {
      for (int item = 0; item < size; item++) {
        itemAt[offset + item] = item;
      }
      return;
    }
    int leaves = TournamentTree.leaves(packs);
    int opened = openPacks(items, packs, capacity, itemAt, offset, filled, tree, leaves);
    TournamentTree.play(tree, leaves, packs);
    for (int next = opened; next < size; next++) {
      long item = items[next];
      long lightest = tree[TournamentTree.ROOT];
      int pack = (int) lightest;
      int position = filled[pack]++;
      itemAt[offset + pack * capacity + position] = WeightKey.index(item);
      long load =
          position + 1 == capacity
              ? TournamentTree.OUT
              : packKey(loadOf(lightest) + WeightKey.weight(item), pack);
      TournamentTree.replay(tree, leaves, pack, load);
    }
  }

  /**
   * Puts each of the first items into an empty pack, in order. While items have weight, an empty
   * pack is lighter than any other, and the lowest empty pack is next.
   */
  private static int openPacks(
      long[] items,
      int packs,
      int capacity,
      int[] itemAt,
      int offset,
      int[] filled,
      long[] tree,
      int leaves) {
    int opened = 0;
    while (opened < packs && WeightKey.weight(items[opened]) > 0f) {
      itemAt[offset + opened * capacity] = WeightKey.index(items[opened]);
      tree[leaves + opened] = packKey(WeightKey.weight(items[opened]), opened);
      opened++;
    }
    Arrays.fill(filled, 0, opened, 1);
    Arrays.fill(filled, opened, packs, 0);
    for (int pack = opened; pack < packs; pack++) {
      tree[leaves + pack] = packKey(0f, pack);
    }
    return opened;
  }

  /** Returns the key of a pack: ascending keys are ascending loads, then ascending packs. */
  private static long packKey(float load, int pack) {
    return (long) Float.floatToRawIntBits(load) << 32 | pack;
  }

  private static float loadOf(long packKey) {
    return Float.intBitsToFloat((int) (packKey >>> 32));
  }
}
