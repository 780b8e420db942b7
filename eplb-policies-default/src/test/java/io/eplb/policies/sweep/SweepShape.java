package io.eplb.policies.sweep;

import io.eplb.api.EpTopology;

/** Groups of ranks, ordinary and degenerate ones. */
enum SweepShape {
  ONE_RANK(8, 1, 1, 1, 3),
  ONE_SLOT_PER_RANK_FOR_EACH_EXPERT(16, 16, 1, 1, 0),
  EVERY_RANK_HAS_ROOM_FOR_EVERY_EXPERT(8, 4, 1, 1, 24),
  A_RANK_HAS_MORE_SLOTS_THAN_EXPERTS(4, 2, 1, 1, 8),
  NO_REDUNDANCY(64, 8, 1, 1, 0),
  ONE_SLOT_PER_RANK(24, 32, 1, 1, 8),
  PRIMES(13, 5, 1, 1, 2),
  MANY_REPLICAS(16, 8, 1, 1, 48),
  SMALL(32, 4, 1, 1, 4),
  MIDDLE(128, 16, 1, 1, 16),
  LARGE(256, 32, 1, 1, 32),
  NODES_DO_NOT_DIVIDE_GROUPS(48, 6, 3, 4, 12),
  HIERARCHICAL(64, 8, 2, 4, 16),
  LARGE_HIERARCHICAL(256, 32, 4, 8, 32);

  private final int experts;
  private final int ranks;
  private final int nodes;
  private final int groups;
  private final int redundant;

  SweepShape(int experts, int ranks, int nodes, int groups, int redundant) {
    this.experts = experts;
    this.ranks = ranks;
    this.nodes = nodes;
    this.groups = groups;
    this.redundant = redundant;
  }

  EpTopology topology() {
    return EpTopology.withRedundantExperts(experts, ranks, nodes, groups, redundant);
  }
}
