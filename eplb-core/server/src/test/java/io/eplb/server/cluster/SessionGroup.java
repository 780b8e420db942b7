package io.eplb.server.cluster;

import io.eplb.core.cluster.Candidate;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.Leader;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A group as one process has it, by a session that can be suspended and can expire. */
final class SessionGroup implements RankGroup {
  private final RankGroup group;
  private final List<GroupMember> members = new CopyOnWriteArrayList<>();
  private final List<Candidate> candidates = new CopyOnWriteArrayList<>();
  private final List<GroupListener> listeners = new CopyOnWriteArrayList<>();

  SessionGroup(RankGroup group) {
    this.group = group;
  }

  void connection(Connection connection) {
    listeners.forEach(listener -> listener.connection(connection));
  }

  /** Ends the session: what it has put into the group goes. */
  void expire() {
    connection(Connection.LOST);
    close();
    connection(Connection.CONNECTED);
  }

  @Override
  public CompletionStage<GroupMember> join(
      int rank, int worldSize, long incarnation, String address) {
    return group
        .join(rank, worldSize, incarnation, address)
        .thenApply(
            member -> {
              members.add(member);
              return member;
            });
  }

  @Override
  public Candidate stand(String address) {
    Candidate candidate = group.stand(address);
    candidates.add(candidate);
    return candidate;
  }

  @Override
  public List<Member> members() {
    return group.members();
  }

  @Override
  public Watch listen(GroupListener listener) {
    listeners.add(listener);
    Watch watch =
        group.listen(
            new GroupListener() {
              @Override
              public void joined(Member member) {
                listener.joined(member);
              }

              @Override
              public void left(Member member) {
                listener.left(member);
              }

              @Override
              public void leader(Optional<Leader> leader) {
                listener.leader(leader);
              }
            });
    return () -> {
      listeners.remove(listener);
      watch.close();
    };
  }

  /** {@inheritDoc} Other processes' parts stay. */
  @Override
  public void close() {
    members.forEach(GroupMember::close);
    members.clear();
    candidates.forEach(Candidate::close);
    candidates.clear();
  }
}
