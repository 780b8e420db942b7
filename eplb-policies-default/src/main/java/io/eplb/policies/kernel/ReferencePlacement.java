package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * DeepSeek's placement of one layer ({@code rebalance_experts_hierarchical} in {@code eplb.py},
 * deepseek-ai/EPLB at d52c72d) and its memory: groups are packed onto nodes, each node replicates
 * its experts and packs the replicas onto its ranks.
 *
 * <p>The results are in {@link #logicalOf}, {@link #localRow} and {@link #replicaRow} until the
 * next call. Not safe for use by several threads.
 */
final class ReferencePlacement {
  private final NodeShape shape;
  private final boolean numbered;

  /** The logical expert of each node-major expert: node n's begin at n × experts per node. */
  final int[] logicalOf;

  /** The expert of each physical slot, counted from the first of the slot's node. */
  final int[] localRow;

  /** The replica number of each physical slot; empty unless replicas are numbered. */
  final int[] replicaRow;

  /** The load of each node-major expert, in single precision. */
  final float[] loads;

  private final float[] groupLoads;
  private final int[] groupAt;
  private final int[] counts;
  private final int[] expertOf;
  private final int[] replicaOf;
  private final int[] itemAt;
  private final int[] filled;
  private final int[] histogram;
  private final long[] experts;
  private final long[] items;
  private final long[] spare;
  private final long[] tree;

  /**
   * Creates the memory for layers of one shape.
   *
   * @param numbered whether replicas are numbered
   */
  ReferencePlacement(NodeShape shape, boolean numbered) {
    this.shape = shape;
    this.numbered = numbered;
    int slots = shape.slots();
    int longest = Math.max(slots, shape.groups());
    logicalOf = new int[shape.nodes() * shape.experts()];
    localRow = new int[shape.nodes() * slots];
    replicaRow = new int[numbered ? shape.nodes() * slots : 0];
    loads = new float[logicalOf.length];
    groupLoads = new float[shape.groups()];
    groupAt = new int[shape.groups()];
    counts = new int[shape.experts()];
    expertOf = new int[slots];
    replicaOf = new int[numbered ? slots : 0];
    itemAt = new int[slots];
    filled = new int[Math.max(shape.ranks(), shape.nodes())];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    experts = new long[shape.experts()];
    items = new long[longest];
    spare = new long[longest];
    tree =
        new long
            [Math.max(
                TournamentTree.length(shape.experts()), TournamentTree.length(filled.length))];
  }

  /**
   * Places one layer.
   *
   * @param logicalLoads by logical expert, in single precision
   */
  void place(float[] logicalLoads) {
    packGroups(logicalLoads);
    for (int expert = 0; expert < logicalOf.length; expert++) {
      loads[expert] = logicalLoads[logicalOf[expert]];
    }
    for (int node = 0; node < shape.nodes(); node++) {
      placeNode(node);
    }
  }

  private void packGroups(float[] logicalLoads) {
    int size = shape.expertsPerGroup();
    if (shape.groups() > shape.nodes()) {
      for (int group = 0; group < shape.groups(); group++) {
        float sum = 0f;
        for (int expert = group * size; expert < (group + 1) * size; expert++) {
          sum += logicalLoads[expert];
        }
        groupLoads[group] = sum;
        items[group] = WeightKey.of(sum, group);
      }
      HeaviestFirst.sort(items, shape.groups(), spare, histogram);
    }
    BalancedPacking.pack(
        items, shape.nodes(), shape.groups() / shape.nodes(), groupAt, 0, filled, tree);
    int next = 0;
    for (int place = 0; place < shape.groups(); place++) {
      int first = groupAt[place] * size;
      for (int expert = first; expert < first + size; expert++) {
        logicalOf[next++] = expert;
      }
    }
  }

  private void placeNode(int node) {
    int from = node * shape.experts();
    int slots = shape.slots();
    Replication.replicate(loads, from, shape.experts(), slots, slots, counts, expertOf, tree);
    if (shape.slotsPerRank() > 1) {
      listReplicas(from);
    }
    BalancedPacking.pack(items, shape.ranks(), shape.slotsPerRank(), itemAt, 0, filled, tree);
    int first = node * slots;
    for (int slot = 0; slot < slots; slot++) {
      localRow[first + slot] = expertOf[itemAt[slot]];
    }
    if (numbered) {
      numberReplicas(first);
    }
  }

  private void numberReplicas(int first) {
    Arrays.fill(counts, 0);
    for (int slot = 0; slot < shape.slots(); slot++) {
      replicaOf[slot] = counts[expertOf[slot]]++;
    }
    for (int slot = 0; slot < shape.slots(); slot++) {
      replicaRow[first + slot] = replicaOf[itemAt[slot]];
    }
  }

  private void listReplicas(int from) {
    boolean redundant = shape.slots() > shape.experts();
    long[] sorted = redundant ? experts : items;
    for (int expert = 0; expert < shape.experts(); expert++) {
      sorted[expert] = WeightKey.of(loads[from + expert], expert);
    }
    HeaviestFirst.sort(sorted, shape.experts(), spare, histogram);
    if (redundant) {
      ReplicaOrder.list(
          experts,
          shape.experts(),
          shape.slots(),
          counts,
          expertOf,
          loads,
          from,
          items,
          spare,
          histogram);
    }
  }
}
