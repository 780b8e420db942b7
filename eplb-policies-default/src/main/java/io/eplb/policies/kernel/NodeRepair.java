package io.eplb.policies.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Removes the duplicates on the ranks of a node (deepseek-ai/EPLB issue #22), and keeps the hottest
 * rank within a limit where possible: by {@linkplain DuplicateExchange exchanges} where they
 * suffice, else by {@linkplain ReplicaCountSearch placing the node anew}.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class NodeRepair {
  private final NodeAssignment assignment;

  /** The search, created when first needed: most repairs are exchanges. */
  private @Nullable ReplicaCountSearch search;

  /** Creates the memory for nodes of one shape. */
  NodeRepair(NodeShape shape) {
    assignment =
        new NodeAssignment(
            shape.experts(), RankCapacity.nominal(shape.ranks(), shape.slotsPerRank()));
  }

  /**
   * Repairs one node of a layer.
   *
   * @param layer the layer of the node, which is overwritten
   * @param loads of the layer by logical expert, in tokens
   * @param limit the load that no rank should exceed
   */
  void repair(ReferencePlacement layer, int node, double[] loads, double limit) {
    assignment.load(layer, node, loads);
    if (assignment.slots >= assignment.experts) {
      LayerRow.holdAllEverywhere(assignment.expertAt, assignment.slots, assignment.experts);
    } else if (!DuplicateExchange.removeAll(assignment, limit) || assignment.peak() > limit) {
      search().replace(limit);
    }
    assignment.store(layer, node);
  }

  /** Lowers the peak of a node without duplicates; the parameters are those of {@link #repair}. */
  void refine(ReferencePlacement layer, int node, double[] loads, double limit) {
    assignment.load(layer, node, loads);
    if (assignment.slots < assignment.experts && assignment.peak() > limit) {
      search().improve(limit);
      assignment.store(layer, node);
    }
  }

  private ReplicaCountSearch search() {
    ReplicaCountSearch made = search;
    if (made == null) {
      made = new ReplicaCountSearch(assignment);
      search = made;
    }
    return made;
  }
}
