package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.core.consistency.TableDigest;

/**
 * The statement of one member at start-up.
 *
 * @param label its name among the others, unique
 * @param member {@link GroupMember#id()}
 * @param rank the rank that it claims
 * @param worldSize the number of ranks, according to it
 */
record MemberStatement(
    String label, long member, int rank, int worldSize, EpTopology topology, TableDigest digest) {}
