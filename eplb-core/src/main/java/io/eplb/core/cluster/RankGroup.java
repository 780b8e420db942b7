package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;

/**
 * The meeting place of the ranks of one expert-parallel group: the only way in which they talk
 * about tables, whether they are threads of one process or processes of many machines.
 */
public interface RankGroup {
  /** The most ranks of a group. */
  int MAX_WORLD_SIZE = 65_536;

  /**
   * Joins under a rank id. Claims of other members are not checked here: two members may claim one
   * rank, or different world sizes; a gathering shows it.
   *
   * @param rank 0 to {@code worldSize} − 1
   * @param worldSize the number of ranks of the group, 1 to {@value #MAX_WORLD_SIZE}
   * @throws InvalidInputException if a number is out of range
   */
  GroupMember join(int rank, int worldSize);
}
