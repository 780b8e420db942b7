package io.eplb.policies.kernel;

/**
 * Lists the slots of replicated experts by load per replica, heaviest first, for packing.
 *
 * <p>Most experts have one replica and keep their order. Only the few replicated experts are sorted
 * again and merged into the list. Among equal loads per replica the lower slot comes first.
 */
final class ReplicaOrder {
  private ReplicaOrder() {}

  /**
   * Lists the slots that {@link Replication} made.
   *
   * @param sortedExperts {@linkplain WeightKey keys} of the experts by load, heaviest first
   * @param experts the number of experts
   * @param slots the number of slots, more than {@code experts}
   * @param counts replicas by expert
   * @param expertOf expert by slot
   * @param loads loads; that of expert e is at {@code from + e}
   * @param items result: the keys of the slots by load per replica; also used as scratch
   * @param replicated scratch, as long as {@code items}
   * @param histogram scratch of {@link HeaviestFirst#HISTOGRAM}
   */
  public static void list(
      long[] sortedExperts,
      int experts,
      int slots,
      int[] counts,
      int[] expertOf,
      float[] loads,
      int from,
      long[] items,
      long[] replicated,
      int[] histogram) {
    int several = 0;
    for (int expert = 0; expert < experts; expert++) {
      if (counts[expert] > 1) {
        replicated[several++] = WeightKey.of(loads[from + expert] / counts[expert], expert);
      }
    }
    for (int slot = experts; slot < slots; slot++) {
      int expert = expertOf[slot];
      replicated[several++] = WeightKey.of(loads[from + expert] / counts[expert], slot);
    }
    HeaviestFirst.sort(replicated, several, items, histogram);
    merge(sortedExperts, experts, counts, replicated, several, items);
  }

  private static void merge(
      long[] sortedExperts,
      int experts,
      int[] counts,
      long[] replicated,
      int several,
      long[] items) {
    int taken = 0;
    int next = 0;
    for (int place = 0; place < experts; place++) {
      long key = sortedExperts[place];
      if (counts[WeightKey.index(key)] == 1) {
        while (taken < several && replicated[taken] < key) {
          items[next++] = replicated[taken++];
        }
        items[next++] = key;
      }
    }
    System.arraycopy(replicated, taken, items, next, several - taken);
  }
}
