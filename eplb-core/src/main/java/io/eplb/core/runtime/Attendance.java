package io.eplb.core.runtime;

import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.Member;
import io.eplb.core.foreign.FailureReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ranks of a planner by the members of its group. A rank is there while one member, and only
 * one, claims it: of two claims one may be a start that is dead and not yet given up, or a mistake.
 * Its methods are called by one thread after another, in the order of the events. Example:
 *
 * <pre>
 *   joined(member 1, rank 3)   rank 3 arrives
 *   joined(member 5, rank 3)   rank 3 leaves: which of the two it is will be seen
 *   left(member 1)             rank 3 arrives, as member 5
 * </pre>
 */
final class Attendance implements GroupListener {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);

  /** Hears of ranks. */
  interface Ranks {
    /** A rank has come, under a new connection. */
    void arrived(int rank, RankConnection connection);

    /** A rank has gone. */
    void left(int rank);
  }

  private final int worldSize;
  private final Function<Member, RankConnection> connect;
  private final Ranks ranks;
  private final Map<Integer, List<Member>> claims = new HashMap<>();

  /** By rank, the member that is connected. */
  private final Map<Integer, Member> present = new HashMap<>();

  /**
   * Starts without a member.
   *
   * @param worldSize the ranks of the record's table
   * @param connect connects to a member
   */
  Attendance(int worldSize, Function<Member, RankConnection> connect, Ranks ranks) {
    this.worldSize = worldSize;
    this.connect = connect;
    this.ranks = ranks;
  }

  @Override
  public void joined(Member member) {
    if (member.worldSize() != worldSize) {
      LOG.warn(
          "{} has joined, but the record's table has {} ranks; it is left out", member, worldSize);
      return;
    }
    claims.computeIfAbsent(member.rank(), unused -> new ArrayList<>()).add(member);
    review(member.rank());
  }

  @Override
  public void left(Member member) {
    List<Member> same = claims.get(member.rank());
    if (same != null && same.removeIf(claim -> claim.id() == member.id())) {
      review(member.rank());
    }
  }

  private void review(int rank) {
    List<Member> same = claims.getOrDefault(rank, List.of());
    Member only = same.size() == 1 ? same.get(0) : null;
    if (Objects.equals(only, present.get(rank))) {
      return;
    }
    if (present.remove(rank) != null) {
      ranks.left(rank);
    }
    if (only == null) {
      if (same.size() > 1) {
        LOG.warn("rank {} is claimed by {} members; it counts as away", rank, same.size());
      }
      return;
    }
    RankConnection connection = connection(only);
    if (connection != null) {
      present.put(rank, only);
      ranks.arrived(rank, connection);
    }
  }

  private @Nullable RankConnection connection(Member member) {
    try {
      return connect.apply(member);
    } catch (RuntimeException thrown) {
      LOG.warn(
          "{} cannot be connected at {}: {}; it counts as away",
          member,
          member.address(),
          FailureReason.words(thrown));
      return null;
    }
  }
}
