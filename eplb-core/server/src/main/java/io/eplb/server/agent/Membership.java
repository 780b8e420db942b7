package io.eplb.server.agent;

import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.RankGroup;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The membership of one start of an engine in its group. Used by the agent's thread. */
final class Membership implements AutoCloseable {
  private final RankGroup group;
  private final int rank;
  private final int ranks;
  private final long incarnation;
  private final String address;
  private @Nullable CompletionStage<GroupMember> joining;

  Membership(RankGroup group, int rank, int ranks, long incarnation, String address) {
    this.group = group;
    this.rank = rank;
    this.ranks = ranks;
    this.incarnation = incarnation;
    this.address = address;
  }

  /** Joins; a membership that there is ends. */
  CompletionStage<GroupMember> join() {
    close();
    CompletionStage<GroupMember> next = group.join(rank, ranks, incarnation, address);
    joining = next;
    return next;
  }

  /** Returns whether the rank is no member, or the group has given it up. */
  boolean isOver() {
    CompletionStage<GroupMember> now = joining;
    return now == null
        || !now.toCompletableFuture().isDone()
        || now.toCompletableFuture().isCompletedExceptionally()
        || now.toCompletableFuture().join().left().toCompletableFuture().isDone();
  }

  /** Leaves, also if joining has not ended yet. */
  @Override
  public void close() {
    CompletionStage<GroupMember> now = joining;
    if (now != null) {
      joining = null;
      now.thenAccept(GroupMember::close);
    }
  }
}
