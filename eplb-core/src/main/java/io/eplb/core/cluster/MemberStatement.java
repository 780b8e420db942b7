package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Shape;

/**
 * The statement of one member at start-up.
 *
 * @param label its name among the others, unique
 * @param member the member
 * @param topology the topology of the group, according to it
 * @param layers the number of layers of its table
 * @param root the digest of its whole table, as {@link
 *     io.eplb.core.consistency.TableDigest#toText()}
 */
record MemberStatement(String label, Member member, EpTopology topology, int layers, String root) {
  int rank() {
    return member.rank();
  }

  int worldSize() {
    return member.worldSize();
  }

  /** Returns the shape of its table in words. */
  String shape() {
    return Shape.table(layers, topology.experts(), topology.ranks(), topology.slotsPerRank());
  }
}
