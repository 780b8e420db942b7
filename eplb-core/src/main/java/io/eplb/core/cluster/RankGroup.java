package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The meeting place of the ranks of one expert-parallel group and of its planners, whether they are
 * threads of one process or processes of many machines. Thread-safe.
 *
 * <p>No call waits. A stage completes on any thread, which runs what depends on it: that must be
 * quick.
 */
public interface RankGroup extends AutoCloseable {
  /** The most ranks of a group. */
  int MAX_WORLD_SIZE = 65_536;

  /**
   * Joins under a rank id. Claims of other members are not checked here: two members may claim one
   * rank, or different world sizes; {@link #members} and a gathering show it.
   *
   * @param rank 0 to {@code worldSize} − 1
   * @param worldSize the number of ranks of the group, 1 to {@value #MAX_WORLD_SIZE}
   * @param incarnation the number of the rank's start, 0 or more
   * @param address where planners reach the rank, as in {@link Member}
   * @return the member, once all others can see it; fails with {@link GroupUnavailableException}
   * @throws InvalidInputException if an argument is out of range
   */
  CompletionStage<GroupMember> join(int rank, int worldSize, long incarnation, String address);

  /**
   * Stands for election. Of all candidates one leads at a time; the epochs of leaders grow.
   *
   * @param address where others reach this process, as in {@link Member}
   * @throws InvalidInputException if the address is none
   */
  Candidate stand(String address);

  /** Returns the members that this process knows of, by rank and id. Never waits. */
  List<Member> members();

  /**
   * Calls a listener with what is there now, then with every event.
   *
   * @return ends the calls; one that is under way goes on
   */
  Watch listen(GroupListener listener);

  /**
   * Ends this process's part in the group: its members leave, its candidates resign. What waits
   * fails with {@link GroupUnavailableException}. Closing again has no effect.
   */
  @Override
  void close();

  /** A listener that is being called. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
